//! Speaks to a server as any other client does: over the HTTP API.
//!
//! Whatever is sent is sent again, with growing and jittered pauses, until it
//! is answered or the tries are used up. Facts carry their own ids, so that a
//! batch whose answer was lost is not recorded twice.

mod answer;
mod retry;

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use reqwest::{RequestBuilder, Response, StatusCode, Url, header};
use serde::Deserialize;
use serde_json::json;
use tasuki_race::{Definition, RaceId, Slug};

use self::answer::Problem;
pub(crate) use self::answer::{Answer, Outcome};
use self::retry::Backoff;
use crate::failure::Failure;

/// The server waits for its database no longer than this.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Longer than this, nobody listens there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An answer holds a few hundred bytes for each fact of a request, or for each
/// of the hundred thousand rows of a file.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One sender, known by its token.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// The address of the server, without a slash at its end.
    base: String,
    token: String,
}

/// What became of the wish to create a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    /// It is there now.
    New,
    /// The server has a race of that id already.
    Exists,
}

/// The parts of a new device that a sender needs.
#[derive(Deserialize)]
struct Device {
    token: String,
}

/// The variable that holds the credential: a flag would show in the list of
/// processes.
const TOKEN_VARIABLE: &str = "TASUKI_TOKEN";

/// The credential, from the environment.
pub(crate) fn token() -> Result<String, Failure> {
    let wanted = format!("set {TOKEN_VARIABLE} to an API token or to the server's admin token");
    match std::env::var(TOKEN_VARIABLE) {
        Ok(token) if !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()) => Ok(token),
        Ok(_) | Err(_) => Err(Failure::configuration(wanted)),
    }
}

/// Reads the address of a server. Connections are not encrypted: between
/// machines, go through a tunnel.
pub(crate) fn server_address(text: &str) -> Result<Url, String> {
    let url: Url = text
        .parse()
        .map_err(|error| format!("{error}, write http://HOST:PORT"))?;
    match url.scheme() {
        "http" if url.host_str().is_some() && url.query().is_none() => Ok(url),
        "http" => Err("write http://HOST:PORT".to_owned()),
        "https" => {
            Err("https is not supported: use http, through a tunnel between machines".to_owned())
        }
        _ => Err("write http://HOST:PORT".to_owned()),
    }
}

impl Client {
    /// A sender with that token.
    pub(crate) fn new(server: &Url, token: String) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("tasuki/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("cannot set up the HTTP client")?;
        Ok(Self {
            http,
            base: server.as_str().trim_end_matches('/').to_owned(),
            token,
        })
    }

    /// The same connections under another token.
    pub(crate) fn with_token(&self, token: String) -> Self {
        Self {
            token,
            ..self.clone()
        }
    }

    /// Creates a race.
    pub(crate) async fn create_race(&self, definition: &Definition) -> anyhow::Result<Created> {
        let body = serde_json::to_string(definition).context("cannot write the definition")?;
        let (status, body) = self.post("/api/races", body).await?;
        match status {
            StatusCode::CREATED => Ok(Created::New),
            StatusCode::CONFLICT => Ok(Created::Exists),
            _ => Err(refused("create the race", status, &body)),
        }
    }

    /// Admits a recorder's device at a checkpoint, and gives its token.
    pub(crate) async fn create_device(
        &self,
        race: &RaceId,
        name: &str,
        checkpoint: &Slug,
    ) -> anyhow::Result<String> {
        let body = json!({ "name": name, "checkpoint": checkpoint }).to_string();
        let (status, body) = self
            .post(&format!("/api/races/{race}/devices"), body)
            .await?;
        if status != StatusCode::CREATED {
            return Err(refused("admit a device", status, &body));
        }
        let device: Device = serde_json::from_slice(&body).context("cannot read the new device")?;
        Ok(device.token)
    }

    /// Sends facts, given as the JSON of each. Answers when they are durable.
    pub(crate) async fn submit(&self, race: &RaceId, facts: &[String]) -> anyhow::Result<Answer> {
        let body = format!("{{\"events\":[{}]}}", facts.join(","));
        let (status, body) = self
            .post(&format!("/api/races/{race}/events"), body)
            .await?;
        match status {
            StatusCode::OK | StatusCode::MULTI_STATUS | StatusCode::UNPROCESSABLE_ENTITY => {
                serde_json::from_slice(&body).map_err(|_| refused("record", status, &body))
            }
            _ => Err(refused("record", status, &body)),
        }
    }

    /// Sends a file to be imported, and gives the answer whatever becomes of
    /// its rows. A file may be sent again: what is in is recognised.
    pub(crate) async fn import(
        &self,
        race: &RaceId,
        kind: &str,
        query: &[(&str, String)],
        file: Vec<u8>,
    ) -> anyhow::Result<Vec<u8>> {
        let mut path = format!("/api/races/{race}/import/{kind}");
        // The library knows how to write a query string.
        let mut url: Url = format!("{}{path}", self.base).parse()?;
        url.query_pairs_mut().extend_pairs(query);
        if let Some(query) = url.query().filter(|query| !query.is_empty()) {
            path = format!("{path}?{query}");
        }
        let (status, body) = self
            .post_as("application/octet-stream", &path, file)
            .await?;
        // A problem has a `code`, an answer to an import a `summary`.
        let refused = || refused("import the file", status, &body);
        let answer: serde_json::Value = serde_json::from_slice(&body).map_err(|_| refused())?;
        if answer.get("summary").is_none() {
            return Err(refused());
        }
        Ok(body)
    }

    /// Posts until there is an answer that another try would not change.
    async fn post(&self, path: &str, body: String) -> anyhow::Result<(StatusCode, Vec<u8>)> {
        self.post_as("application/json", path, body.into()).await
    }

    async fn post_as(
        &self,
        content_type: &str,
        path: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<(StatusCode, Vec<u8>)> {
        let url = format!("{}{path}", self.base);
        let mut backoff = Backoff::default();
        loop {
            let request = self
                .http
                .post(&url)
                .bearer_auth(&self.token)
                .header(header::CONTENT_TYPE, content_type)
                .body(body.clone());
            let (reason, wanted) = match exchange(request).await {
                Ok(Exchange::Answered(status, body)) => return Ok((status, body)),
                Ok(Exchange::Later { status, wait }) => (anyhow!("it answers {status}"), wait),
                Err(error) => (error, None),
            };
            let Some(pause) = backoff.next(wanted) else {
                return Err(reason.context(format!("{} does not take what is sent", self.base)));
            };
            tracing::warn!(%url, error = %format!("{reason:#}"), pause_ms = pause.as_millis(), "trying again");
            tokio::time::sleep(pause).await;
        }
    }
}

/// One try.
enum Exchange {
    Answered(StatusCode, Vec<u8>),
    /// The server asks to come back.
    Later {
        status: StatusCode,
        wait: Option<Duration>,
    },
}

async fn exchange(request: RequestBuilder) -> anyhow::Result<Exchange> {
    let mut response = request.send().await?;
    let status = response.status();
    if retry::is_worth_it(status) {
        return Ok(Exchange::Later {
            status,
            wait: retry_after(&response),
        });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            bail!("the answer is larger than {ANSWER_BYTES_MAX} bytes");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Exchange::Answered(status, body))
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

fn refused(what: &str, status: StatusCode, body: &[u8]) -> anyhow::Error {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => anyhow!("the server refuses to {what}: {status}: {problem}"),
        Err(_) => anyhow!("the server refuses to {what}: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_an_http_server_is_taken() {
        assert!(server_address("http://127.0.0.1:8080").is_ok());
        assert!(server_address("http://timing.local/tasuki/").is_ok());
        for bad in [
            "https://example.org",
            "127.0.0.1:8080",
            "ftp://example.org",
            "",
            "http://a/?b",
        ] {
            assert!(server_address(bad).is_err(), "{bad}");
        }
    }
}
