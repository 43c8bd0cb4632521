//! Creates users.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use tasuki_log::{Deed, Kept, LogError, People, Role, User};
use tasuki_race::{RaceId, Slug, present};
use uuid::Uuid;

use crate::clock::now;
use crate::deeds::{Kind, deed};
use crate::http::body::{JsonText, read_as};
use crate::identity::passwords::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, check_password};
use crate::identity::users::RoleName;
use crate::identity::users::listing::Shown;
use crate::identity::users::name::{NAME_PATTERN, check_name};
use crate::identity::{Admin, Passwords};
use crate::problem::Problem;
use crate::state::AppState;

/// Most users: a federation's whole staff. The list is shown in one piece.
const USERS_MAX: usize = 1_000;

/// A user to create.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewUser")]
pub(super) struct Wanted {
    /// What they log in with, and what stands in the logs.
    #[schemars(regex(pattern = NAME_PATTERN))]
    name: String,
    /// What they log in with. Tell them to change it.
    #[schemars(length(min = PASSWORD_CHARS_MIN, max = PASSWORD_CHARS_MAX))]
    password: String,
    /// What they may do.
    role: RoleName,
    /// The race that a recorder records.
    #[serde(default, deserialize_with = "present")]
    race: Option<RaceId>,
    /// The only checkpoint, if bound to one.
    #[serde(default, deserialize_with = "present")]
    checkpoint: Option<Slug>,
}

pub(super) async fn create(
    Admin(admin): Admin,
    State(state): State<AppState>,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let wanted: Wanted = read_as(&body)?;
    let role = wanted.role.with(&state, wanted.race, wanted.checkpoint)?;
    let newcomer = Newcomer {
        name: wanted.name,
        password: wanted.password,
        role,
    };
    let people = &*state.people;
    let created = newcomer
        .enter(people, &state.passwords, admin.name())
        .await?;
    let shown = Json(Shown::from(created));
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], shown).into_response())
}

/// Somebody who is to be able to log in.
pub struct Newcomer {
    /// What they log in with.
    pub name: String,
    /// What they log in with.
    pub password: String,
    /// What they may do.
    pub role: Role,
}

/// Why a user was not created.
#[derive(Debug, thiserror::Error)]
pub enum NotCreated {
    /// Something is wrong with it; nothing was done.
    #[error("{0}")]
    Refused(String),
    /// The database cannot be reached.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Creates a user beside a running server, or before there is one.
///
/// # Errors
/// Says what to change, or what failed.
pub async fn create_user(
    people: &dyn People,
    newcomer: Newcomer,
    by: &str,
) -> Result<(), NotCreated> {
    newcomer.check()?;
    // What is wrong with a database is said in its own words.
    people.users().await?;
    let created = newcomer.enter(people, &Passwords::new(), by).await;
    let refuse = |problem: Problem| NotCreated::Refused(problem.detail().to_owned());
    created.map(drop).map_err(refuse)
}

impl Newcomer {
    /// Whether the name and the password are such as people may have.
    ///
    /// # Errors
    /// Says what to change.
    pub fn check(&self) -> Result<(), NotCreated> {
        check_name(&self.name).map_err(NotCreated::Refused)?;
        check_password(&self.password, &self.name).map_err(NotCreated::Refused)
    }

    async fn enter(
        mut self,
        people: &dyn People,
        passwords: &Passwords,
        by: &str,
    ) -> Result<User, Problem> {
        self.name.make_ascii_lowercase();
        let checked = self.check();
        checked.map_err(|error| Problem::unprocessable("invalid_value", error.to_string()))?;
        let users = people.users().await;
        if users.map_err(|e| Problem::registry_away(&e))?.len() >= USERS_MAX {
            let detail = format!("there are {USERS_MAX} users; remove some first");
            return Err(Problem::conflict("too_many_users", detail));
        }
        let user = User {
            id: Uuid::now_v7(),
            password: Some(passwords.hash(&self.password).await?),
            name: self.name,
            role: self.role,
            subject: None,
            created_at: now(),
            disabled_at: None,
        };
        let kept = people.create_user(&user, &created(&user, by)).await;
        match kept.map_err(|e| Problem::registry_away(&e))? {
            Kept::Done | Kept::Missing => Ok(user),
            Kept::Taken => {
                let detail = format!("name: there is a user `{}`", user.name);
                Err(Problem::conflict("user_exists", detail))
            }
        }
    }
}

/// That a user is created.
pub(crate) fn created(user: &User, by: &str) -> Deed {
    let deed = deed(Kind::UserCreated, by).about(user.id.to_string());
    with_role(deed.with("name", user.name.as_str()), &user.role)
}

/// Says what somebody may do.
pub(super) fn with_role(deed: Deed, role: &Role) -> Deed {
    match role {
        Role::Admin => deed.with("role", "admin"),
        Role::Recorder { race, checkpoint } => {
            let deed = deed.with("role", "recorder").with("race", race.as_str());
            match checkpoint {
                Some(checkpoint) => deed.with("checkpoint", checkpoint.as_str()),
                None => deed,
            }
        }
    }
}
