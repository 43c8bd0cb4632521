//! Requests of the canary, through the listener that everybody calls.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::Value;
use tasuki_race::RaceId;

use crate::canary::trust::own_listener;

/// Its answers are short.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Codes of those refusals that somebody wants.
const MEANT: [&str; 4] = ["entry_closed", "read_only", "streams_off", "stopping"];

/// Why nothing came of a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unheard {
    /// Somebody has switched off what it needs.
    #[error("refused: {0}")]
    Refused(String),
    /// It should have been taken.
    #[error("{0}")]
    Failed(String),
}

/// A client of the server that it is part of.
#[derive(Clone)]
pub(super) struct Caller {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// `http` or `https`.
    scheme: &'static str,
    address: SocketAddr,
    token: String,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

#[derive(Deserialize)]
struct Recorded {
    results: Vec<Accepted>,
}

#[derive(Deserialize)]
struct Accepted {
    seq: u64,
}

impl Caller {
    pub(super) fn new(
        listener: SocketAddr,
        scheme: &'static str,
        token: String,
    ) -> Result<Self, rustls::Error> {
        let here: IpAddr = match listener.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let connector = HttpsConnectorBuilder::new().with_tls_config(own_listener()?);
        let connector = connector.https_or_http().enable_http1().build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            scheme,
            address: SocketAddr::new(here, listener.port()),
            token,
        })
    }

    /// Records a fact; gives the number that it has in the log.
    pub(super) async fn record(&self, race: &RaceId, song: &Value) -> Result<u64, Unheard> {
        let body = Bytes::from(song.to_string());
        let answer = self.ask("POST", race, "events", body).await?;
        let text = read(answer).await?;
        let recorded: Recorded = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        let first = recorded.results.first().map(|it| it.seq);
        first.ok_or_else(|| failed(&"nothing was accepted"))
    }

    /// Opens the live stream.
    pub(super) async fn listen(&self, race: &RaceId) -> Result<Incoming, Unheard> {
        let answer = self.ask("GET", race, "live", Bytes::new()).await?;
        Ok(answer.into_body())
    }

    async fn ask(
        &self,
        method: &str,
        race: &RaceId,
        what: &str,
        body: Bytes,
    ) -> Result<Response<Incoming>, Unheard> {
        let request = Request::builder()
            .method(method)
            .uri(format!(
                "{}://{}/api/races/{race}/{what}",
                self.scheme, self.address
            ))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|error| failed(&error))?;
        let answer = self
            .client
            .request(request)
            .await
            .map_err(|error| failed(&error))?;
        match answer.status() {
            StatusCode::OK => Ok(answer),
            status => Err(why(status, &read(answer).await?)),
        }
    }
}

async fn read(answer: Response<Incoming>) -> Result<Bytes, Unheard> {
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX);
    Ok(body
        .collect()
        .await
        .map_err(|error| failed(&error))?
        .to_bytes())
}

fn why(status: StatusCode, body: &[u8]) -> Unheard {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let code = problem.map(|problem| problem.code).unwrap_or_default();
    if MEANT.contains(&code.as_str()) {
        return Unheard::Refused(code);
    }
    failed(&format!("{status} {code}"))
}

pub(super) fn failed(error: &impl ToString) -> Unheard {
    Unheard::Failed(error.to_string())
}
