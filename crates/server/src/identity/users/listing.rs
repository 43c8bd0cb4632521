//! Everybody who may log in.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_log::User;
use tasuki_race::{Instant, RaceId, Slug};
use uuid::Uuid;

use crate::identity::Admin;
use crate::identity::users::RoleName;
use crate::problem::Problem;
use crate::state::AppState;

/// The users.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserList")]
pub(super) struct List {
    /// By name.
    users: Vec<Shown>,
}

/// Somebody who may log in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(super) struct Shown {
    /// To change and to remove them.
    id: Uuid,
    /// What they log in with, and what stands in the logs.
    name: String,
    /// What they may do.
    role: RoleName,
    /// The race that a recorder records.
    #[serde(skip_serializing_if = "Option::is_none")]
    race: Option<RaceId>,
    /// The only checkpoint, if bound to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Slug>,
    /// Whether they log in at the organiser's own service, and have no password here.
    logs_in_elsewhere: bool,
    /// When they were created.
    created_at: Instant,
    /// Since when they may log in no more, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Instant>,
}

impl From<User> for Shown {
    fn from(user: User) -> Self {
        let (role, race, checkpoint) = RoleName::parts(&user.role);
        Self {
            id: user.id,
            name: user.name,
            role,
            race,
            checkpoint,
            logs_in_elsewhere: user.subject.is_some(),
            created_at: user.created_at,
            disabled_at: user.disabled_at,
        }
    }
}

pub(super) async fn list(_: Admin, State(state): State<AppState>) -> Result<Response, Problem> {
    let users = state.people.users().await;
    let users = users.map_err(|e| Problem::registry_away(&e))?;
    let users = users.into_iter().map(Shown::from).collect();
    let list = Json(List { users });
    Ok(([(CACHE_CONTROL, "no-store")], list).into_response())
}
