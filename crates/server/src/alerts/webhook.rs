//! Tells another system that an alert fired or is over: a `POST` with JSON, signed
//! with a secret that both know, tried again where it is not taken.
//!
//! What is posted is documented in `docs/additions.md`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rand::RngExt;
use serde::Serialize;
use sha2::Sha256;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::alerts::board::Change;
use crate::alerts::rule::{Severity, Unit};
use crate::state::AppState;

/// Messages that may wait; who is away for longer asks for the operations.
const WAITING_MAX: usize = 64;
/// A message is tried so often: for about four minutes.
const TRIES_MAX: u32 = 8;
/// The first pause is up to this, each next one up to twice as long, up to the most.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// An answer comes within this, or the message is tried again.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// Of an answer nothing is read but that it ends.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// A secret that nobody guesses has so many characters at least.
const SECRET_CHARS_MIN: usize = 16;
const SIGNATURE: &str = "x-tasuki-signature";

/// Where alerts are posted, and what proves that they come from us.
#[derive(Clone)]
pub struct Webhook {
    address: Uri,
    secret: Option<String>,
}

/// Why it cannot be posted there.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is no address of the web.
    #[error("write it like https://alerts.example.org/tasuki")]
    Address,
    /// It could be guessed.
    #[error("the secret must have {SECRET_CHARS_MIN} characters or more")]
    Secret,
}

/// What is posted.
#[derive(Serialize)]
struct Message<'a> {
    /// Of this form.
    version: u32,
    /// The same when it is tried again.
    id: Uuid,
    state: &'static str,
    name: &'static str,
    severity: Severity,
    summary: &'static str,
    at: tasuki_race::Instant,
    since: tasuki_race::Instant,
    value: i64,
    threshold: i64,
    unit: Unit,
    labels: serde_json::Map<String, serde_json::Value>,
    runbook: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
}

/// Hands messages over, where anybody wants them.
pub(super) struct Post(Option<mpsc::Sender<Bytes>>);

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Posts messages.
struct Courier {
    client: HttpClient,
    webhook: Webhook,
}

/// Whether a message need not be tried again.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("it was not taken: {0}")]
    ForGood(hyper::StatusCode),
    #[error("it was not taken for now: {0}")]
    ForNow(String),
}

impl FromStr for Webhook {
    type Err = WebhookError;

    fn from_str(text: &str) -> Result<Self, WebhookError> {
        let address: Uri = text.parse().map_err(|_| WebhookError::Address)?;
        let is_web = matches!(address.scheme_str(), Some("http" | "https"));
        if !is_web || address.host().is_none() {
            return Err(WebhookError::Address);
        }
        Ok(Self {
            address,
            secret: None,
        })
    }
}

impl Webhook {
    /// Signs what it posts.
    ///
    /// # Errors
    /// Refuses a secret that is short.
    pub fn signed(self, secret: String) -> Result<Self, WebhookError> {
        if secret.chars().count() < SECRET_CHARS_MIN {
            return Err(WebhookError::Secret);
        }
        Ok(Self {
            secret: Some(secret),
            ..self
        })
    }
}

/// The secret stays one, and the path of an address often is one too.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut webhook = f.debug_struct("Webhook");
        let host = self.address.host().unwrap_or_default();
        webhook.field("host", &host).finish_non_exhaustive()
    }
}

/// Begins to post, if anybody wants it.
pub(super) fn start(state: &AppState) -> Post {
    let Some(webhook) = state.options.alerting.webhook.clone() else {
        return Post(None);
    };
    let (post, messages) = mpsc::channel(WAITING_MAX);
    tokio::spawn(deliver(Courier::new(webhook), messages, state.clone()));
    Post(Some(post))
}

impl Post {
    /// Hands a message over; drops it where too many wait.
    pub(super) fn send(&self, state: &AppState, change: &Change) {
        let Some(post) = &self.0 else { return };
        let message = message(change, state.options.public_url.as_deref());
        if post.try_send(message).is_err() {
            state.metrics.posted("dropped");
            tracing::warn!("too many messages wait for the webhook: one was dropped");
        }
    }
}

fn message(change: &Change, server: Option<&str>) -> Bytes {
    let Change { at, is_over, alert } = change;
    let rule = alert.rule;
    let labels = alert.group.iter();
    let message = Message {
        version: 1,
        id: Uuid::now_v7(),
        state: if *is_over { "cleared" } else { "fired" },
        name: rule.name,
        severity: rule.severity,
        summary: rule.summary,
        at: *at,
        since: alert.since,
        value: rule.unit.whole(alert.value),
        threshold: rule.unit.whole(rule.when.threshold()),
        unit: rule.unit,
        labels: labels
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect(),
        runbook: rule.runbook_path(),
        server,
    };
    // Texts and integers always have a JSON form.
    serde_json::to_vec(&message).unwrap_or_default().into()
}

/// Posts one message after the other, in their order, until the server stops.
async fn deliver(courier: Courier, mut messages: mpsc::Receiver<Bytes>, state: AppState) {
    let delivering = async {
        while let Some(message) = messages.recv().await {
            let outcome = match courier.deliver(message).await {
                Ok(()) => "taken",
                Err(error) => {
                    tracing::warn!(%error, "a message for the webhook was given up");
                    "given_up"
                }
            };
            state.metrics.posted(outcome);
        }
    };
    tokio::select! {
        () = state.stop.cancelled() => {}
        () = delivering => {}
    }
}

impl Courier {
    fn new(webhook: Webhook) -> Self {
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        let builder = roots.unwrap_or_else(|error| {
            // Such as a container without certificates: http works all the same.
            tracing::warn!(%error, "there are no root certificates: https cannot be posted to");
            HttpsConnectorBuilder::new().with_tls_config(without_roots())
        });
        let connector = builder.https_or_http().enable_http1().build();
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            webhook,
        }
    }

    async fn deliver(&self, message: Bytes) -> Result<(), Failed> {
        let mut pause_max = PAUSE_FIRST;
        for _ in 1..TRIES_MAX {
            match self.try_once(message.clone()).await {
                Err(Failed::ForNow(error)) => {
                    tracing::debug!(error, "a message for the webhook is tried again");
                }
                settled => return settled,
            }
            let share = rand::rng().random_range(0.5..1.0);
            tokio::time::sleep(pause_max.mul_f64(share)).await;
            pause_max = (pause_max * 2).min(PAUSE_MAX);
        }
        self.try_once(message).await
    }

    async fn try_once(&self, message: Bytes) -> Result<(), Failed> {
        let for_now = |error: &dyn fmt::Display| Failed::ForNow(error.to_string());
        let request = self.request(message).map_err(|error| for_now(&error))?;
        let asking = async {
            let answer = self.client.request(request).await;
            let (head, body) = answer.map_err(|error| for_now(&error))?.into_parts();
            // Read to its end, so that the connection can be used again.
            let _ = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            Ok(head.status)
        };
        let asked = tokio::time::timeout(ANSWER_TIME_MAX, asking).await;
        let status = asked.unwrap_or_else(|_| Err(for_now(&"no answer in time")))?;
        match status.as_u16() {
            200..=299 => Ok(()),
            408 | 425 | 429 | 500..=599 => Err(for_now(&status)),
            _ => Err(Failed::ForGood(status)),
        }
    }

    fn request(&self, message: Bytes) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let mut request = Request::post(&self.webhook.address)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("tasuki/", env!("CARGO_PKG_VERSION")));
        if let Some(secret) = &self.webhook.secret {
            request = request.header(SIGNATURE, signature(secret, &message));
        }
        request.body(Full::new(message))
    }
}

/// Without any root, no certificate is good.
fn without_roots() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore::empty();
    rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// HMAC-SHA256 of the body, in hex.
fn signature(secret: &str, message: &[u8]) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(message);
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_the_web() {
        for good in ["http://127.0.0.1:9/x", "https://a.example/b?c=d"] {
            assert!(good.parse::<Webhook>().is_ok(), "{good}");
        }
        for bad in ["", "a.example", "/x", "ftp://a.example", "mailto:a@b"] {
            assert!(bad.parse::<Webhook>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_long_and_is_never_shown() {
        let webhook: Webhook = "https://a.example/token".parse().expect("an address");
        assert!(webhook.clone().signed("short".to_owned()).is_err());
        let signed = webhook.signed("0123456789abcdef".to_owned());
        let shown = format!("{:?}", signed.expect("long enough"));
        assert!(
            !shown.contains("0123") && !shown.contains("token"),
            "{shown}"
        );
    }

    #[test]
    fn a_signature_is_that_of_rfc_4231() {
        // Test case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
