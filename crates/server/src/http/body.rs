//! Reads bodies: bounded in size and time. JSON is refused with line and
//! column; files are taken as they are.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::problem::Problem;

/// The contract's bound on a request: 10,000 facts fit several times over.
pub(crate) const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A tablet on a bad network gives up after 10 s; nobody needs longer.
const BODY_TIME_MAX: Duration = Duration::from_secs(30);

/// The text of a JSON body, known to be well-formed.
pub(crate) struct JsonText(pub(crate) String);

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let bytes = read_whole(request).await?;
        let text = String::from_utf8(bytes.into()).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            Problem::bad_request(
                "invalid_utf8",
                format!("the body is not UTF-8 from byte {at} on"),
            )
        })?;
        check_syntax(&text)?;
        Ok(Self(text))
    }
}

/// A file, as its program wrote it.
pub(crate) struct FileBytes(pub(crate) Bytes);

/// What browsers and programs call a file of cells, a document, or anything.
/// On Windows a browser takes CSV for Excel's own.
pub(crate) const FILE_TYPES: &[&str] = &[
    "text/csv",
    "application/csv",
    "text/tab-separated-values",
    "text/plain",
    "application/vnd.ms-excel",
    "application/xml",
    "text/xml",
    "application/octet-stream",
];

impl<S: Send + Sync> FromRequest<S> for FileBytes {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let essence = essence(request.headers());
        if FILE_TYPES
            .iter()
            .any(|known| essence.eq_ignore_ascii_case(known))
        {
            return read_whole(request).await.map(Self);
        }
        Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "send the file itself as the body, with `Content-Type: text/csv` or `application/xml`",
        ))
    }
}

async fn read_whole(request: Request) -> Result<Bytes, Problem> {
    check_length(request.headers())?;
    let reading = tokio::time::timeout(BODY_TIME_MAX, read(request.into_body()));
    reading.await.map_err(|_| {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body did not arrive in time",
        )
    })?
}

fn essence(headers: &HeaderMap) -> &str {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    given.split(';').next().unwrap_or("").trim()
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    if essence(headers).eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "send JSON with `Content-Type: application/json`",
    ))
}

fn too_large() -> Problem {
    let mib = BODY_BYTES_MAX / (1024 * 1024);
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        format!("a body has at most {mib} MiB; send several requests"),
    )
}

/// Refuses before reading where the length is announced.
fn check_length(headers: &HeaderMap) -> Result<(), Problem> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    Ok(())
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::bad_request(
            "body_cut_off",
            "the body did not arrive whole",
        )),
    }
}

fn check_syntax(text: &str) -> Result<(), Problem> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            // Where it is, we say in our own words.
            let text = error.to_string();
            let what = text
                .rsplit_once(" at line ")
                .map_or(text.as_str(), |(what, _)| what);
            let detail = format!("not JSON at line {line}, column {column}: {what}");
            Err(Problem::bad_request("malformed_json", detail))
        }
    }
}

/// Reads well-formed JSON as a `T`, naming the place that does not fit.
pub(crate) fn read_as<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    tasuki_race::read_json(text).map_err(|e| Problem::unprocessable(e.code, e.detail))
}
