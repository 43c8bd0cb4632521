//! Sessions: people log in, and are known by a cookie until they log out.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `POST /api/login` | everybody | begins a session by name and password |
//! | `GET /api/session` | whoever is known | who am I |
//! | `PUT /api/session/password` | who is logged in | changes one's own password |
//! | `POST /api/logout` | everybody | ends the session of this browser |
//! | `POST /api/logout/everywhere` | who is logged in | ends all sessions of oneself |
//!
//! An administrator ends those of others at `DELETE /api/users/{id}/sessions`.

mod api;
pub(crate) mod cookie;
mod keeper;
mod login;
mod logout;
mod own;
mod seal;

use std::time::Duration;

use crate::api::Routes;

pub(crate) use keeper::Sessions;
pub(crate) use own::Shown;
pub(crate) use seal::{Seal, SessionHash};

/// No session is older: the eve of a race and its two days.
pub(crate) const LIFETIME_MAX: Duration = Duration::from_secs(72 * 60 * 60);
/// A session that is not used for so long is over: a night's sleep, at least.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// Where people log in and out, also while nothing else may be changed.
pub(crate) const LOGIN: &str = "/api/login";
pub(crate) const LOGOUT: &str = "/api/logout";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .post(LOGIN, login::login, api::login)
        .post(LOGOUT, logout::logout, api::logout)
        .post(
            "/api/logout/everywhere",
            logout::everywhere,
            api::everywhere,
        )
        .get("/api/session", own::who, api::who)
        .put("/api/session/password", own::change_password, api::password)
}
