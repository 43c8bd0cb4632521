//! Permission as an argument of a handler: its signature says who may call.

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use tasuki_log::Device;

use crate::problem::Problem;
use crate::state::AppState;

/// What a token is good for.
#[derive(Clone, Debug)]
pub(crate) enum Authority {
    /// Everything.
    Admin,
    /// Recording in one race, perhaps at one checkpoint.
    Recorder(Box<Device>),
}

/// Who records a fact, as it stands in the log.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    pub(crate) by: String,
    pub(crate) device: Option<String>,
}

impl Authority {
    pub(crate) fn author(&self) -> Author {
        match self {
            Self::Admin => Author {
                by: "admin".to_owned(),
                device: None,
            },
            Self::Recorder(device) => Author {
                by: device.name.clone(),
                device: Some(device.id.to_string()),
            },
        }
    }
}

impl Author {
    /// What tells one author's facts from another's.
    pub(crate) fn key(&self) -> &str {
        self.device.as_deref().unwrap_or(&self.by)
    }
}

/// An administrator calls.
pub(crate) struct Admin;

/// Somebody calls who may record in the race of the path.
pub(crate) struct Recorder(pub(crate) Authority);

/// Anybody: no token is fine, a bad one not.
pub(crate) struct Visitor(pub(crate) Option<Authority>);

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match holder(&parts.headers, state)? {
            Some(Authority::Admin) => Ok(Self),
            Some(Authority::Recorder(_)) => Err(Problem::forbidden("this needs an administrator")),
            None => Err(Problem::unauthorized()),
        }
    }
}

impl FromRequestParts<AppState> for Recorder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let authority = holder(&parts.headers, state)?.ok_or_else(Problem::unauthorized)?;
        if let Authority::Recorder(device) = &authority {
            let params = parts.extract::<RawPathParams>().await.ok();
            let race = params.iter().flatten().find(|(name, _)| *name == "race");
            if race.is_none_or(|(_, race)| race != device.race.as_str()) {
                let detail = format!("this device records in `{}`", device.race);
                return Err(Problem::forbidden(detail));
            }
        }
        Ok(Self(authority))
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        holder(&parts.headers, state).map(Self)
    }
}

/// What the token is good for that stands in a head; none where there is none.
pub(crate) fn holder(headers: &HeaderMap, state: &AppState) -> Result<Option<Authority>, Problem> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let text = header.to_str().map_err(|_| Problem::unauthorized())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(Problem::unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthorized());
    }
    state
        .tokens
        .holder(token.trim())
        .map(Some)
        .ok_or_else(Problem::unauthorized)
}
