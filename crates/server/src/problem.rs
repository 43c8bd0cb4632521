//! What went wrong, as RFC 9457 `application/problem+json`.
//!
//! The text for the client and the text for the log are two things: a 5xx
//! carries the name of its request, under which the cause stands in the log.

use std::fmt::Display;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rand::RngExt;
use serde::Serialize;
use tasuki_log::LogError;

use crate::http::request_id::RequestId;

/// Seconds after which a client may try again; each is told its own, so that
/// they do not all come back at once.
pub(crate) const RETRY_AFTER_S: std::ops::RangeInclusive<u32> = 1..=5;

/// An answer that says what to change.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    id: Option<RequestId>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            id: None,
        }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    pub(crate) fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub(crate) fn no_race(race: impl Display) -> Self {
        Self::not_found("race_not_found", format!("there is no race `{race}`"))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send a valid token as `Authorization: Bearer TOKEN`",
        )
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// A page elsewhere may have had a browser send it.
    pub(crate) fn cross_site() -> Self {
        let detail = "a change by cookie has to come from a page of this server (Sec-Fetch-Site, \
                      Origin); programs show a token instead";
        Self::new(StatusCode::FORBIDDEN, "cross_site", detail)
    }

    pub(crate) fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Something is full or away for now: nothing was kept, try again.
    pub(crate) fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        Self {
            id: Some(RequestId::current()),
            ..problem
        }
    }

    /// The caller has had what it may have for now.
    pub(crate) fn too_many_requests(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
    }

    /// What stands beside the log cannot be reached.
    pub(crate) fn registry_away(error: &LogError) -> Self {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, "the registry did not answer");
        Self::unavailable("log_unavailable", "the log cannot be reached; try again")
    }

    /// Our own fault: the cause goes to the log, its id to the client.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let id = RequestId::current();
        tracing::error!(error.id = id.as_str(), error = cause, "request failed");
        let problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; the operator finds the cause under this id",
        );
        Self {
            id: Some(id),
            ..problem
        }
    }
}

impl Problem {
    /// What is wrong, for people.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn json(&self) -> String {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            id: self.id.as_ref().map(RequestId::as_str),
        };
        // Texts and integers always have a JSON form.
        serde_json::to_string(&body).unwrap_or_default()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.json()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                let seconds = rand::rng().random_range(RETRY_AFTER_S);
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
