//! A server on a port of its own, and requests to it.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Url};
use serde_json::{Value, json};
use tasuki_server::{Limits, Options, Running, start};

use crate::support::answer::Answer;
use crate::support::engine::Engine;
use crate::support::within;

/// The administrator's token.
pub(crate) const ADMIN: &str = "the-administrators-token";

/// A running server and a client of it.
pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) client: Client,
}

/// A device that was admitted.
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// How the servers of these stories are started.
pub(crate) fn options() -> Options {
    Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ops_listen: None,
        admin_token: Some(ADMIN.to_owned()),
        // Stories that wait for a number need not wait for it long.
        as_of_every: Duration::from_millis(5),
        // And ask in a second for more than people in an hour: `limiting` tells of that.
        limits: Limits::off(),
        ..Options::default()
    }
}

/// The same, and the operator's tools are listened to.
pub(crate) fn with_operations() -> Options {
    Options {
        ops_listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        ..options()
    }
}

impl Server {
    pub(crate) async fn start(engine: &Engine) -> Self {
        Self::start_with(engine, options()).await
    }

    pub(crate) async fn start_with(engine: &Engine, options: Options) -> Self {
        let running = start(options, engine.open().await).await;
        Self {
            running: running.unwrap_or_else(|error| panic!("the server starts: {error}")),
            client: client(),
        }
    }

    /// A server that has a race already.
    pub(crate) async fn with_race(engine: &Engine, race: &Value) -> Self {
        let server = Self::start(engine).await;
        server.create(race).await.ok(201);
        server
    }

    /// The same with the limits that a server has unless it is told otherwise.
    pub(crate) async fn with_race_and_limits(engine: &Engine, race: &Value) -> Self {
        let usual = Options {
            limits: Limits::default(),
            ..options()
        };
        let server = Self::start_with(engine, usual).await;
        server.create(race).await.ok(201);
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address()
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        let url = format!("http://{}{path}", self.address());
        url.parse().expect("paths are written as in addresses")
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Asks as an operator's tool.
    pub(crate) async fn operate(&self, path: &str) -> Answer {
        let address = self.running.ops_address().expect("it listens");
        send(self.client.get(format!("http://{address}{path}"))).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).bearer_auth(token);
        send(request.json(body)).await
    }

    pub(crate) async fn create(&self, race: &Value) -> Answer {
        self.post(ADMIN, "/api/races", race).await
    }

    /// Records facts in the race `relay`.
    pub(crate) async fn record(&self, token: &str, facts: &[Value]) -> Answer {
        self.record_in("relay", token, facts).await
    }

    pub(crate) async fn record_in(&self, race: &str, token: &str, facts: &[Value]) -> Answer {
        let path = format!("/api/races/{race}/events");
        self.post(token, &path, &json!({"events": facts})).await
    }

    /// The standings of the race `relay`, narrowed by a query.
    pub(crate) async fn standings(&self, query: &str) -> Value {
        self.standings_of("relay", query).await
    }

    pub(crate) async fn standings_of(&self, race: &str, query: &str) -> Value {
        let path = format!("/api/races/{race}/standings?{query}");
        self.get(&path).await.ok(200)
    }

    /// The whole exported log of a race.
    pub(crate) async fn export(&self, race: &str) -> String {
        let answer = self.get_as(ADMIN, &format!("/api/races/{race}/log")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text().to_owned()
    }

    /// Admits a device to the race `relay`.
    pub(crate) async fn admit(&self, checkpoint: Option<&str>) -> Device {
        self.admit_to("relay", checkpoint).await
    }

    pub(crate) async fn admit_to(&self, race: &str, checkpoint: Option<&str>) -> Device {
        let mut wanted = json!({"name": "Tablet"});
        if let Some(checkpoint) = checkpoint {
            wanted["checkpoint"] = json!(checkpoint);
        }
        let path = format!("/api/races/{race}/devices");
        let device = self.post(ADMIN, &path, &wanted).await.ok(201);
        let text = |member: &str| device[member].as_str().expect("a text").to_owned();
        Device {
            id: text("id"),
            token: text("token"),
        }
    }

    pub(crate) async fn revoke(&self, device: &Device) -> Answer {
        let path = format!("/api/races/relay/devices/{}", device.id);
        send(self.request(Method::DELETE, &path).bearer_auth(ADMIN)).await
    }

    /// Sets a switch.
    pub(crate) async fn switch(&self, name: &str, value: impl Into<Value>) -> Answer {
        let body = json!({"value": value.into(), "why": "a test"});
        self.change(name, &body).await
    }

    pub(crate) async fn change(&self, name: &str, body: &Value) -> Answer {
        let request = self.request(Method::PUT, &format!("/api/settings/{name}"));
        send(request.bearer_auth(ADMIN).json(body)).await
    }

    /// How a switch is set.
    pub(crate) async fn setting(&self, name: &str) -> Value {
        let list = self.get_as(ADMIN, "/api/settings").await.ok(200);
        let settings = list["settings"].as_array().expect("settings");
        let setting = settings.iter().find(|setting| setting["name"] == name);
        setting.expect("the switch is there").clone()
    }

    /// What was done, narrowed by a query.
    pub(crate) async fn operations(&self, query: &str) -> Value {
        let path = format!("/api/operations?{query}");
        self.get_as(ADMIN, &path).await.ok(200)
    }

    pub(crate) async fn stop(self) {
        within("the end of the server", self.running.stop()).await;
    }
}

/// A client that takes answers as they are.
pub(crate) fn client() -> Client {
    let plain = Client::builder().no_gzip().no_brotli().no_zstd();
    plain.build().expect("a client")
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let answering = async {
        let response = request.send().await;
        Answer::read(response.unwrap_or_else(|error| panic!("no answer: {error:?}"))).await
    };
    within("an answer", answering).await
}
