//! The parts of an address.

use axum::extract::{FromRequestParts, Path as AnyPath};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The variable parts of a route. One that is no text names nothing.
pub(crate) struct Path<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AnyPath::from_request_parts(parts, state).await {
            Ok(AnyPath(named)) => Ok(Self(named)),
            Err(error) => Err(Problem::not_found("not_found", error.body_text())),
        }
    }
}
