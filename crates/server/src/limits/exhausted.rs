//! The answer to who has used up its budget.
//!
//! Its headers are those of `draft-ietf-httpapi-ratelimit-headers-10`: the
//! policy's name, its quota `q` in a window of `w` seconds, what remains `r`, and
//! after how many seconds `t` there is more. They stand on a refusal alone: most
//! answers are kept by caches and shown to others, who have budgets of their own.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use rand::RngExt;

use crate::limits::Class;
use crate::problem::{Problem, RETRY_AFTER_S};

/// What a refusal says beside `Retry-After`.
pub(crate) const RATE_LIMIT_HEADERS: [(&str, &str); 2] = [
    (
        "RateLimit-Policy",
        "The budget's name, its requests `q` and their seconds `w`, such as `\"read\";q=120;w=60`.",
    ),
    (
        "RateLimit",
        "What remains of it `r`, and the seconds `t` until there is more, such as `\"read\";r=0;t=1`.",
    ),
];
/// Budgets are for a minute.
const WINDOW_S: u64 = 60;

/// A caller has used up its budget.
#[derive(Debug)]
pub(crate) struct Exhausted {
    pub(super) class: Class,
    pub(super) per_minute: NonZeroU32,
    /// After this there is a request in it again.
    pub(super) wait: Duration,
}

impl Exhausted {
    fn problem(&self) -> Problem {
        let (name, quota) = (self.class.name(), self.per_minute);
        Problem::too_many_requests(format!(
            "more than {quota} requests a minute of the kind `{name}`; send fewer, \
             and again after the time in `Retry-After`"
        ))
    }

    fn headers(&self) -> [(&'static str, String); 2] {
        let (name, quota) = (self.class.name(), self.per_minute);
        let [(policy, _), (state, _)] = RATE_LIMIT_HEADERS;
        [
            (policy, format!("\"{name}\";q={quota};w={WINDOW_S}")),
            (state, format!("\"{name}\";r=0;t={}", self.wait_s())),
        ]
    }

    /// In whole seconds, never too soon.
    fn wait_s(&self) -> u64 {
        self.wait.as_secs() + 1
    }
}

impl IntoResponse for Exhausted {
    fn into_response(self) -> Response {
        // Many behind one address are refused together, and are not to come back so.
        let apart = u64::from(rand::rng().random_range(0..=*RETRY_AFTER_S.end()));
        let retry_after = HeaderValue::from(self.wait_s() + apart);
        let mut response = (self.headers(), self.problem()).into_response();
        response.headers_mut().insert(RETRY_AFTER, retry_after);
        response
    }
}
