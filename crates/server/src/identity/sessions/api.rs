//! What logging in and out says of itself.

use serde_json::json;

use super::login::Wanted;
use super::own::{NewPassword, Shown};
use crate::api::examples::USER;
use crate::api::{Access, Example, Operation, Tag};

/// The registry stands beside the log.
const REGISTRY: &[&str] = &["log_unavailable"];

pub(super) fn login(operation: Operation) -> Operation {
    operation
        .id("logIn", Tag::People)
        .does(
            "Log in",
            "Begins a session, which a cookie carries that no script can read. It ends after 12 \
             hours without use, after 72 hours at the latest, or by `logOut`. A name is tried as \
             often from all addresses together as from one (class `login`), but for addresses \
             from which its password came lately.",
        )
        .takes::<Wanted>()
        .gives::<Shown>(200, "Somebody is logged in.")
        .sends("Set-Cookie", "The session.")
        .fails(&["login_refused", "cross_site", "overloaded"])
        .fails(REGISTRY)
        .example(
            Example::new("administrator", "An administrator", 200)
                .body(json!({"name": "yamada", "password": "first sash over the bridge"}))
                .answer(json!({
                    "id": USER, "name": "yamada", "role": "admin",
                    "ends_at": "2026-01-04T21:12:44.001Z",
                })),
        )
        .example(
            Example::new("wrong", "A wrong password", 401)
                .body(json!({"name": "yamada", "password": "third sash over the bridge"}))
                .problem(
                    "Unauthorized",
                    "login_refused",
                    "the name or the password is wrong, or that user may not log in",
                ),
        )
}

pub(super) fn logout(operation: Operation) -> Operation {
    operation
        .id("logOut", Tag::People)
        .does(
            "Log out",
            "Ends the session of this browser, on all servers on the same database at once, and \
             has it forget the cookie. Where there is no session, it is as if it had ended.",
        )
        .gives_nothing(204, "Nobody is logged in here.")
        .sends("Set-Cookie", "Nothing, which is over already.")
        .fails(&["unauthorized", "cross_site"])
        .fails(REGISTRY)
}

pub(super) fn everywhere(operation: Operation) -> Operation {
    operation
        .id("logOutEverywhere", Tag::People)
        .does(
            "Log out everywhere",
            "Ends all sessions of whoever is logged in: for a tablet that was left behind.",
        )
        .by(Access::Session)
        .gives_nothing(204, "They are logged in nowhere.")
        .sends("Set-Cookie", "Nothing, which is over already.")
        .fails(REGISTRY)
}

pub(super) fn who(operation: Operation) -> Operation {
    operation
        .id("getSession", Tag::People)
        .does(
            "Who am I",
            "Who is logged in, or holds the token that is shown, and what for.",
        )
        .by(Access::Somebody)
        .gives::<Shown>(200, "Somebody who is known.")
        .fails(REGISTRY)
        .example(
            Example::new("token", "The administrator's token", 200)
                .answer(json!({"name": "admin", "role": "admin"})),
        )
}

pub(super) fn password(operation: Operation) -> Operation {
    operation
        .id("changePassword", Tag::People)
        .does(
            "Change one's own password",
            "All other sessions of whoever is logged in end.",
        )
        .by(Access::Session)
        .takes::<NewPassword>()
        .gives_nothing(204, "It holds from now on.")
        .fails(&["wrong_password", "overloaded"])
        .fails(REGISTRY)
        .example(
            Example::new("wrong", "A guess at the present one", 403)
                .body(json!({
                    "current": "third sash over the bridge", "new": "second sash over the bridge",
                }))
                .problem(
                    "Forbidden",
                    "wrong_password",
                    "current: that is not your password",
                ),
        )
        .example(
            Example::new("changed", "The password is changed", 204).body(json!({
                "current": "first sash over the bridge", "new": "second sash over the bridge",
            })),
        )
}
