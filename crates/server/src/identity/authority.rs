//! Permission as an argument of a handler: its signature says who may call.

use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use tasuki_log::Role;
use tasuki_race::Instant;
use uuid::Uuid;

use crate::identity::sessions::SessionHash;
use crate::problem::Problem;
use crate::state::AppState;

/// As the log calls whoever holds the administrator's token; nobody else has the name.
pub(crate) const TOKENS_NAME: &str = "admin";

/// Who calls, and what for.
#[derive(Clone, Debug)]
pub(crate) struct Authority {
    pub(crate) who: Who,
    pub(crate) role: Role,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// Whoever holds the administrator's token.
    Token,
    /// A recorder's device.
    Device { id: Uuid, name: String },
    /// Somebody who is logged in.
    Person(Person),
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) session: SessionHash,
    /// When the session ends, whatever happens.
    pub(crate) ends_at: Instant,
}

/// What a request shows of who sent it.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// Nothing, or a session that is over.
    Nobody,
    Somebody(Arc<Authority>),
    Refused(Refusal),
}

/// Why nobody is believed to have sent it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// The token is not good.
    Unknown,
    /// A page elsewhere may have had a browser send it.
    CrossSite,
    /// Whether the session goes on cannot be found out.
    Away,
}

/// Who records a fact, as it stands in the log.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    pub(crate) by: String,
    pub(crate) device: Option<String>,
}

impl Authority {
    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// As it stands in the logs.
    pub(crate) fn name(&self) -> &str {
        match &self.who {
            Who::Token => TOKENS_NAME,
            Who::Device { name, .. } => name,
            Who::Person(person) => &person.name,
        }
    }

    pub(crate) fn author(&self) -> Author {
        let device = match &self.who {
            Who::Device { id, .. } => Some(id.to_string()),
            Who::Token | Who::Person(_) => None,
        };
        Author {
            by: self.name().to_owned(),
            device,
        }
    }

    /// Who is logged in; none where a token was shown.
    pub(crate) fn person(&self) -> Option<&Person> {
        match &self.who {
            Who::Person(person) => Some(person),
            Who::Token | Who::Device { .. } => None,
        }
    }
}

impl Author {
    /// What tells one author's facts from another's.
    pub(crate) fn key(&self) -> &str {
        self.device.as_deref().unwrap_or(&self.by)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::unauthorized(),
            Refusal::CrossSite => Self::cross_site(),
            Refusal::Away => Self::unavailable(
                "log_unavailable",
                "who is logged in cannot be looked up for now; try again",
            ),
        }
    }
}

/// An administrator calls.
pub(crate) struct Admin(pub(crate) Arc<Authority>);

/// Somebody calls who may record in the race of the path.
pub(crate) struct Recorder(pub(crate) Arc<Authority>);

/// Anybody: no token is fine, a bad one not.
pub(crate) struct Visitor(pub(crate) Option<Arc<Authority>>);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        match parts.extensions.get() {
            None | Some(Identity::Nobody) => Ok(Self(None)),
            Some(Identity::Somebody(authority)) => Ok(Self(Some(Arc::clone(authority)))),
            Some(Identity::Refused(refusal)) => Err((*refusal).into()),
        }
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Visitor(authority) = Visitor::from_request_parts(parts, state).await?;
        let authority = authority.ok_or_else(Problem::unauthorized)?;
        if authority.is_admin() {
            return Ok(Self(authority));
        }
        Err(Problem::forbidden("this needs an administrator"))
    }
}

impl FromRequestParts<AppState> for Recorder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Visitor(authority) = Visitor::from_request_parts(parts, state).await?;
        let authority = authority.ok_or_else(Problem::unauthorized)?;
        if let Role::Recorder { race: own, .. } = &authority.role {
            let params = parts.extract::<RawPathParams>().await.ok();
            let race = params.iter().flatten().find(|(name, _)| *name == "race");
            if race.is_none_or(|(_, race)| race != own.as_str()) {
                let what = match authority.who {
                    Who::Device { .. } => "this device records",
                    Who::Token | Who::Person(_) => "you record",
                };
                return Err(Problem::forbidden(format!("{what} in `{own}`")));
            }
        }
        Ok(Self(authority))
    }
}
