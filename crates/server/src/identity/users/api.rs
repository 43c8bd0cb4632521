//! What the users' routes say of themselves.

use serde_json::json;

use super::changing;
use super::creating;
use super::listing::{List, Shown};
use crate::api::examples::USER;
use crate::api::{Access, Example, Operation, Tag};

/// The registry stands beside the log.
const REGISTRY: &[&str] = &["log_unavailable"];
const MISSING: &[&str] = &["user_not_found", "log_unavailable"];
const OF_USER: &[(&str, &str)] = &[("id", "$response.body#/id")];

fn yamada() -> serde_json::Value {
    json!({
        "id": USER, "name": "yamada", "role": "admin", "logs_in_elsewhere": false,
        "created_at": "2026-01-01T21:10:03.250Z",
    })
}

pub(super) fn create(operation: Operation) -> Operation {
    operation
        .id("createUser", Tag::People)
        .does(
            "Create a user",
            "Somebody who may log in by name and password. What they do stands under their name \
             in the logs. A recorder belongs to one race, perhaps to one checkpoint.",
        )
        .by(Access::Admin)
        .takes::<creating::Wanted>()
        .gives::<Shown>(201, "They may log in from now on.")
        .leads_to("changeUser", OF_USER, "Another role, a new password.")
        .leads_to("endUserSessions", OF_USER, "Log them out everywhere.")
        .leads_to("deleteUser", OF_USER, "Remove them.")
        .fails(&[
            "user_exists",
            "too_many_users",
            "unknown_race",
            "unknown_checkpoint",
        ])
        .fails(&["overloaded"])
        .fails(REGISTRY)
        .example(
            Example::new("administrator", "An administrator", 201)
                .body(json!({
                    "name": "yamada", "password": "first sash over the bridge", "role": "admin",
                }))
                .answer(yamada()),
        )
        .example(
            Example::new("weak", "A password that is guessed", 422)
                .body(json!({"name": "suzuki", "password": "suzuki", "role": "admin"}))
                .problem(
                    "Unprocessable Entity",
                    "invalid_value",
                    "password: 12 to 256 characters; a few words in a row are easier to \
                     remember than signs",
                ),
        )
}

pub(super) fn list(operation: Operation) -> Operation {
    operation
        .id("listUsers", Tag::People)
        .does(
            "List the users",
            "Everybody who may log in, and who may no more.",
        )
        .by(Access::Admin)
        .gives::<List>(200, "The users, by name.")
        .fails(REGISTRY)
        .example(Example::new("one", "An administrator", 200).answer(json!({"users": [yamada()]})))
}

pub(super) fn change(operation: Operation) -> Operation {
    let mut disabled = yamada();
    disabled["role"] = json!("admin");
    operation
        .id("changeUser", Tag::People)
        .does(
            "Change a user",
            "Gives another role, which holds at once in sessions that go on; a new password, or \
             an end to it, which end all of them. Nobody does that to oneself: one's own password \
             is changed by `changePassword`.",
        )
        .by(Access::Admin)
        .takes::<changing::Wanted>()
        .gives::<Shown>(200, "It holds, on all servers on the same database.")
        .fails(&[
            "own_user",
            "unknown_race",
            "unknown_checkpoint",
            "overloaded",
        ])
        .fails(MISSING)
        .example(
            Example::new("new_password", "The password was forgotten", 200)
                .with("id", USER)
                .body(json!({"password": "second sash over the bridge"}))
                .answer(yamada()),
        )
        .example(
            Example::new("nowhere", "A recorder of no race", 422)
                .with("id", USER)
                .body(json!({"role": "recorder"}))
                .problem(
                    "Unprocessable Entity",
                    "invalid_value",
                    "race: a recorder belongs to a race; name it",
                ),
        )
}

pub(super) fn delete(operation: Operation) -> Operation {
    operation
        .id("deleteUser", Tag::People)
        .does(
            "Remove a user",
            "They are logged out everywhere, and may log in no more. What they did stays in the \
             logs under their name.",
        )
        .by(Access::Admin)
        .gives_nothing(204, "They are removed.")
        .fails(&["own_user"])
        .fails(MISSING)
        .example(Example::new("yamada", "The administrator", 204).with("id", USER))
        .example(
            Example::new("twice", "Once more", 404)
                .with("id", USER)
                .problem("Not Found", "user_not_found", "there is no such user"),
        )
}

pub(super) fn end_sessions(operation: Operation) -> Operation {
    operation
        .id("endUserSessions", Tag::People)
        .does(
            "Log a user out everywhere",
            "Ends all their sessions at once, on all servers on the same database. They may log \
             in again.",
        )
        .by(Access::Admin)
        .gives_nothing(204, "They are logged out.")
        .fails(MISSING)
        .example(Example::new("yamada", "The administrator", 204).with("id", USER))
}
