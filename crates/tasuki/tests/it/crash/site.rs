//! One log and one port, at which the server is started many times.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rand::RngExt;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use super::facts::{RACE, race};
use super::place::Place;
use super::waiting::{LOOK_AGAIN, aside, within};
use crate::tasuki::{ADMIN_TOKEN, Folder};

/// Below the ports that systems give to those who connect: a client that tries
/// a port where nobody listens may otherwise be given that very port, reach
/// itself, and keep the server from it.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Where the server is found, whenever it runs.
pub(crate) struct Site {
    pub(crate) folder: Folder,
    pub(crate) place: Place,
    port: u16,
    client: Client,
}

/// A server process; killed when this is dropped.
pub(crate) struct Process(Child);

impl Site {
    pub(crate) fn new(place: Place) -> Arc<Self> {
        let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
        let mut ports = std::iter::repeat_with(|| rand::rng().random_range(PORTS));
        Arc::new(Self {
            folder: Folder::new(),
            place,
            port: ports.find(free).expect("an endless choice"),
            client: Client::new(),
        })
    }

    /// Starts the server, and does not wait for it.
    pub(crate) fn spawn(&self) -> Process {
        let (log, listen) = (self.place.url(), format!("127.0.0.1:{}", self.port));
        let arguments = [
            "serve",
            "--log",
            &log,
            "--listen",
            &listen,
            "--ops-listen",
            "off",
        ];
        let mut command = self.folder.command(&arguments);
        command
            .env("TASUKI_ADMIN_TOKEN", ADMIN_TOKEN)
            .env("TASUKI_LOG_LEVEL", "warn")
            .stderr(Stdio::inherit());
        Process(command.spawn().expect("the program starts"))
    }

    /// Starts the server, and waits until it serves.
    pub(crate) async fn serve(&self) -> Process {
        let mut process = self.spawn();
        let stdout = process.0.stdout.take().expect("a pipe");
        let announced = aside(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            lines.any(|line| line.contains("http://"))
        });
        assert!(announced.await, "the server ended early");
        process
    }

    /// A request, from the administrator.
    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.post_as(ADMIN_TOKEN, path, body)
    }

    /// The same from whoever has that token.
    pub(crate) fn post_as(&self, token: &str, path: &str, body: &Value) -> RequestBuilder {
        let url = self.url(path);
        self.client.post(url).bearer_auth(token).json(body)
    }

    /// A request without a body, from the administrator.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).bearer_auth(ADMIN_TOKEN)
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) async fn create_race(&self) {
        let answer = answered(self.post("/api/races", &race())).await;
        assert_eq!(answer.status(), 201);
    }

    pub(crate) async fn standings(&self) -> Value {
        let answer = answered(self.get(&format!("/api/races/{RACE}/standings"))).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.expect("standings are JSON")
    }

    /// The log as the server exports it.
    pub(crate) async fn log(&self) -> String {
        let answer = answered(self.get(&format!("/api/races/{RACE}/log"))).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.expect("a log is text")
    }
}

/// The answer of a server that runs.
pub(crate) async fn answered(request: RequestBuilder) -> Response {
    let answer = within("an answer", request.send()).await;
    answer.expect("the server answers")
}

impl Process {
    /// Ends it in the middle of whatever it does (SIGKILL).
    pub(crate) fn kill(mut self) {
        self.0.kill().expect("it is there to be killed");
        self.0.wait().expect("it ends");
    }

    /// Asks it to stop, as a service manager does (SIGTERM), and waits for its
    /// exit code.
    pub(crate) async fn terminate(mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("kill runs").success());
        let ended = async {
            loop {
                if let Some(status) = self.0.try_wait().expect("it is a child") {
                    return status.code();
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        within("the server's end", ended).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
