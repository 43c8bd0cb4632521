//! The real server with the relay, before its first passage.

use anyhow::Result;
use serde_json::{Value, json};

use super::publisher::Publisher;
use super::subject::{Needs, Subject};
use crate::crowds::Watched;
use crate::process::Process;
use crate::recorder::Recorder;
use crate::relay;
use crate::runtime::runtime;
use crate::server::{Server, TOKEN};
use crate::standings::standings;

/// A running `tasuki serve` whose gun has been fired.
pub struct Tasuki {
    server: Server,
    /// Where viewers connect.
    watch: String,
}

impl Tasuki {
    /// Starts it, with these flags beside those that are needed.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn start(needs: &Needs<'_>, flags: &[&str]) -> Result<Self> {
        let more = needs.arguments.iter().map(String::as_str);
        let more: Vec<&str> = flags.iter().copied().chain(more).collect();
        let server = Server::launch(usize::try_from(needs.viewers)?, &more, needs.processor)?;
        let recorder = Recorder::new(&server.address, relay::RACE);
        runtime()?.block_on(async { recorder.begin(&relay::definition(needs.messages)).await })?;
        let watch = format!("/api/races/{}/live", relay::RACE);
        Ok(Self { server, watch })
    }
}

impl Subject for Tasuki {
    fn process(&self) -> &Process {
        &self.server.process
    }

    fn watched(&self) -> Watched<'_> {
        Watched {
            address: &self.server.address,
            path: &self.watch,
            base: relay::BASE,
            states: true,
        }
    }

    fn publisher(&self) -> Result<Publisher> {
        let path = format!("/api/races/{}/events", relay::RACE);
        let headers =
            format!("Content-Type: application/json\r\nAuthorization: Bearer {TOKEN}\r\n");
        Publisher::connect(&self.server.address, &path, &headers)
    }

    fn body(&self, first: u32, last: u32) -> Vec<u8> {
        let passages = (first..=last).map(|number| relay::passage(number - relay::BASE));
        json!({"events": passages.collect::<Vec<_>>()})
            .to_string()
            .into_bytes()
    }

    fn standings(&self) -> Result<Option<Value>> {
        let standings = standings(&self.server.address, "");
        runtime()?.block_on(standings).map(Some)
    }
}
