//! Changes what a user may do.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use tasuki_log::{Deed, Ended, Kept, Role, User};
use tasuki_race::{RaceId, Slug, present};

use crate::clock::now;
use crate::deeds::{Kind, deed};
use crate::http::body::{JsonText, read_as};
use crate::http::path::Path;
use crate::identity::Admin;
use crate::identity::passwords::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, check_password};
use crate::identity::users::creating::with_role;
use crate::identity::users::listing::Shown;
use crate::identity::users::{RoleName, find, no_user, refuse_own};
use crate::problem::Problem;
use crate::state::AppState;

/// What of a user is to be otherwise; what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UserChange")]
pub(super) struct Wanted {
    /// What they may do, with `race` and `checkpoint` beside it.
    #[serde(default, deserialize_with = "present")]
    role: Option<RoleName>,
    /// The race that a recorder records.
    #[serde(default, deserialize_with = "present")]
    race: Option<RaceId>,
    /// The only checkpoint, if bound to one.
    #[serde(default, deserialize_with = "present")]
    checkpoint: Option<Slug>,
    /// A new password: all their sessions end.
    #[serde(default, deserialize_with = "present")]
    #[schemars(length(min = PASSWORD_CHARS_MIN, max = PASSWORD_CHARS_MAX))]
    password: Option<String>,
    /// Whether they may log in no more: all their sessions end.
    #[serde(default, deserialize_with = "present")]
    disabled: Option<bool>,
}

pub(super) async fn change(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let user = find(&state, &id).await?;
    let wanted: Wanted = read_as(&body)?;
    refuse_own(&admin, user.id)?;
    let role = wanted.role(&state)?;
    let deed = deed(Kind::UserChanged, admin.name())
        .about(user.id.to_string())
        .with("name", user.name.as_str());
    let (changed, ended, deed) = wanted.apply(&state, user, role, deed).await?;
    let kept = state.people.change_user(&changed, ended, &deed).await;
    if kept.map_err(|e| Problem::registry_away(&e))? == Kept::Missing {
        return Err(no_user());
    }
    state.sessions.forget();
    let shown = Json(Shown::from(changed));
    Ok(([(CACHE_CONTROL, "no-store")], shown).into_response())
}

impl Wanted {
    fn role(&self, state: &AppState) -> Result<Option<Role>, Problem> {
        let (race, checkpoint) = (self.race.clone(), self.checkpoint.clone());
        match self.role {
            Some(role) => role.with(state, race, checkpoint).map(Some),
            None if race.is_none() && checkpoint.is_none() => Ok(None),
            None => {
                let detail = "role: say it beside the race or the checkpoint";
                Err(Problem::unprocessable("invalid_value", detail))
            }
        }
    }

    /// The user as wanted, which sessions end, and what is told of it.
    async fn apply(
        self,
        state: &AppState,
        mut user: User,
        role: Option<Role>,
        mut deed: Deed,
    ) -> Result<(User, Ended, Deed), Problem> {
        let mut ended = Ended::None;
        if let Some(role) = role {
            deed = with_role(deed, &role);
            user.role = role;
        }
        if let Some(password) = self.password {
            user.password = Some(new_password(state, &user, &password).await?);
            deed = deed.with("password", "new");
            ended = Ended::All;
        }
        if let Some(disabled) = self.disabled {
            deed = deed.with("disabled", disabled);
            user.disabled_at = disabled.then(|| user.disabled_at.unwrap_or_else(now));
            if disabled {
                ended = Ended::All;
            }
        }
        Ok((user, ended, deed))
    }
}

async fn new_password(state: &AppState, user: &User, password: &str) -> Result<String, Problem> {
    let refuse = |detail: String| Problem::unprocessable("invalid_value", detail);
    if user.subject.is_some() {
        let detail = "password: they log in elsewhere, and have none here";
        return Err(refuse(detail.to_owned()));
    }
    check_password(password, &user.name).map_err(refuse)?;
    state.passwords.hash(password).await
}
