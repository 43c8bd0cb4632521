//! Roles, as they stand in requests and answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tasuki_log::Role;
use tasuki_race::{RaceId, Slug};

use crate::problem::Problem;
use crate::state::AppState;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Role")]
pub(crate) enum RoleName {
    /// Everything.
    Admin,
    /// Recording in one race, perhaps at one checkpoint.
    Recorder,
}

impl RoleName {
    /// A role, in its parts.
    pub(crate) fn parts(role: &Role) -> (Self, Option<RaceId>, Option<Slug>) {
        match role {
            Role::Admin => (Self::Admin, None, None),
            Role::Recorder { race, checkpoint } => {
                (Self::Recorder, Some(race.clone()), checkpoint.clone())
            }
        }
    }

    /// A role of its parts, if they belong together and name what is there.
    pub(super) fn with(
        self,
        state: &AppState,
        race: Option<RaceId>,
        checkpoint: Option<Slug>,
    ) -> Result<Role, Problem> {
        let refuse = |detail: &str| Problem::unprocessable("invalid_value", detail);
        let race = match (self, race, &checkpoint) {
            (Self::Admin, None, None) => return Ok(Role::Admin),
            (Self::Admin, ..) => {
                return Err(refuse(
                    "role: an administrator has no race and no checkpoint",
                ));
            }
            (Self::Recorder, Some(race), _) => race,
            (Self::Recorder, None, _) => {
                return Err(refuse("race: a recorder belongs to a race; name it"));
            }
        };
        let live = state.races.get(race.as_str());
        let live = live.ok_or_else(|| {
            let detail = format!("race: there is no race `{race}`");
            Problem::unprocessable("unknown_race", detail)
        })?;
        if let Some(checkpoint) = &checkpoint {
            live.check_timing_point(checkpoint)?;
        }
        Ok(Role::Recorder { race, checkpoint })
    }
}
