//! Users: the people who may log in.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `GET /api/users` | admin | everybody, without passwords |
//! | `POST /api/users` | admin | creates one |
//! | `PATCH /api/users/{id}` | admin | another role, a new password, disabled or not |
//! | `DELETE /api/users/{id}` | admin | removes one |
//! | `DELETE /api/users/{id}/sessions` | admin | logs one out everywhere |

mod api;
mod changing;
mod creating;
mod ending;
mod listing;
mod name;
mod role;

use uuid::Uuid;

use crate::api::Routes;
use crate::identity::Authority;
use crate::problem::Problem;
use crate::state::AppState;

pub use creating::{Newcomer, NotCreated, create_user};
pub(crate) use name::{NAME_CHARS_MAX, known_name};
pub(crate) use role::RoleName;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/users", listing::list, api::list)
        .post("/api/users", creating::create, api::create)
        .patch("/api/users/{id}", changing::change, api::change)
        .delete("/api/users/{id}", ending::delete, api::delete)
        .delete(
            "/api/users/{id}/sessions",
            ending::log_out,
            api::end_sessions,
        )
}

fn no_user() -> Problem {
    Problem::not_found("user_not_found", "there is no such user")
}

/// The user of that id.
async fn find(state: &AppState, id: &str) -> Result<tasuki_log::User, Problem> {
    let id: Uuid = id.parse().map_err(|_| no_user())?;
    let users = state.people.users().await;
    let users = users.map_err(|e| Problem::registry_away(&e))?;
    users
        .into_iter()
        .find(|user| user.id == id)
        .ok_or_else(no_user)
}

/// Nobody locks oneself out by a slip.
fn refuse_own(admin: &Authority, id: Uuid) -> Result<(), Problem> {
    if admin.person().is_some_and(|person| person.id == id) {
        let detail = "that is you: have another administrator do it";
        return Err(Problem::conflict("own_user", detail));
    }
    Ok(())
}
