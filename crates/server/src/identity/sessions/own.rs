//! What somebody may ask about, and do to, oneself.

use axum::Json;
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tasuki_log::{Ended, Role, User};
use tasuki_race::{Instant, RaceId, Slug};
use uuid::Uuid;

use crate::deeds::{Kind, deed};
use crate::http::body::{JsonText, read_as};
use crate::identity::authority::Person;
use crate::identity::passwords::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, check_password};
use crate::identity::users::RoleName;
use crate::identity::{Authority, Reached, Visitor};
use crate::problem::Problem;
use crate::state::AppState;

/// Who is logged in.
pub(super) struct Own(pub(super) Person);

impl FromRequestParts<AppState> for Own {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Visitor(authority) = Visitor::from_request_parts(parts, state).await?;
        let authority = authority.ok_or_else(Problem::unauthorized)?;
        let person = authority.person().cloned();
        let detail = "this is for people who are logged in; a token has no password and no session";
        person.map(Self).ok_or_else(|| Problem::forbidden(detail))
    }
}

/// Who somebody is, and what for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub(crate) struct Shown {
    /// The user's id; absent where a token is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// As it stands in the logs.
    name: String,
    /// What they may do.
    role: RoleName,
    /// The race that a recorder records.
    #[serde(skip_serializing_if = "Option::is_none")]
    race: Option<RaceId>,
    /// The only checkpoint, if bound to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Slug>,
    /// When they have to log in again at the latest; absent where a token is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Instant>,
}

impl Shown {
    pub(crate) fn of_user(user: &User, ends_at: Instant) -> Self {
        Self::new(Some(user.id), &user.name, &user.role, Some(ends_at))
    }

    fn of(authority: &Authority) -> Self {
        let person = authority.person();
        let (id, ends_at) = (person.map(|it| it.id), person.map(|it| it.ends_at));
        Self::new(id, authority.name(), &authority.role, ends_at)
    }

    fn new(id: Option<Uuid>, name: &str, role: &Role, ends_at: Option<Instant>) -> Self {
        let (role, race, checkpoint) = RoleName::parts(role);
        Self {
            id,
            name: name.to_owned(),
            role,
            race,
            checkpoint,
            ends_at,
        }
    }
}

pub(super) async fn who(Visitor(authority): Visitor) -> Result<Response, Problem> {
    let authority = authority.ok_or_else(Problem::unauthorized)?;
    let shown = Json(Shown::of(&authority));
    Ok(([(CACHE_CONTROL, "no-store")], shown).into_response())
}

/// A password that replaces one's own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPassword")]
pub(super) struct NewPassword {
    /// The one that holds now.
    #[schemars(length(min = 1))]
    current: String,
    /// The one that is to hold.
    #[schemars(length(min = PASSWORD_CHARS_MIN, max = PASSWORD_CHARS_MAX))]
    new: String,
}

/// Changes one's own password: all other sessions end.
pub(super) async fn change_password(
    Own(person): Own,
    State(state): State<AppState>,
    Extension(reached): Extension<Reached>,
    JsonText(body): JsonText,
) -> Result<StatusCode, Response> {
    let wanted: NewPassword = read_as(&body).map_err(Problem::into_response)?;
    // Whoever found a browser open must not be able to guess on either.
    let spent = state.accounts.spend(&person.name, reached.from);
    spent.map_err(IntoResponse::into_response)?;
    let changing = change(&state, person, wanted).await;
    changing.map_err(Problem::into_response)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(state: &AppState, person: Person, wanted: NewPassword) -> Result<(), Problem> {
    let refuse = |detail: String| Problem::unprocessable("invalid_value", detail);
    check_password(&wanted.new, &person.name).map_err(refuse)?;
    let user = state.people.user_named(&person.name).await;
    let user = user.map_err(|e| Problem::registry_away(&e))?;
    let user = user.ok_or_else(Problem::unauthorized)?;
    let hashed = user.password.clone();
    if !state.passwords.fits(&wanted.current, hashed).await? {
        let detail = "current: that is not your password";
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "wrong_password",
            detail,
        ));
    }
    let password = Some(state.passwords.hash(&wanted.new).await?);
    let changed = User { password, ..user };
    let deed = deed(Kind::UserChanged, &*person.name)
        .about(person.id.to_string())
        .with("name", person.name.as_str())
        .with("password", "own");
    let others = Ended::AllBut(person.session);
    let kept = state.people.change_user(&changed, others, &deed).await;
    kept.map_err(|e| Problem::registry_away(&e))?;
    state.sessions.forget();
    Ok(())
}
