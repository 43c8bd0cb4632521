//! What the tests talk to: PostgreSQL and a browser, and the variables that name them.

use std::process::Command;

use anyhow::Result;

use crate::postgres::Server;
use crate::{binaries, chromium};

/// All services; they end when this is dropped.
pub(crate) struct Services {
    postgres: Server,
    chromium: String,
}

impl Services {
    /// Finds or installs each, and starts those that are servers.
    pub(crate) fn start() -> Result<Self> {
        let chromium = chromium::find_or_install()?.display().to_string();
        let postgres = Server::start(&binaries::find_or_install()?)?;
        let services = Self { postgres, chromium };
        for (name, value) in services.environment() {
            println!("{name}='{value}'");
        }
        Ok(services)
    }

    /// Tells a command that runs tests where everything is.
    pub(crate) fn announce_to(&self, command: &mut Command) {
        command.envs(self.environment());
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = self.postgres.environment().to_vec();
        variables.push((chromium::VARIABLE, self.chromium.clone()));
        variables
    }
}
