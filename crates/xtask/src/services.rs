//! What the tests talk to: PostgreSQL, a browser, interpreters, proxies, the tools of Prometheus and
//! systemd, and the variables that name them.

use std::process::Command;

use anyhow::Result;

use crate::binaries;
use crate::postgres::Server;
use crate::programs::{CADDY, CHROMIUM, CURL, NGINX, NODE, PROMTOOL, SYSTEMD_ANALYZE};
use crate::python;

/// All services; they end when this is dropped.
pub(crate) struct Services {
    postgres: Server,
    programs: Vec<(&'static str, String)>,
}

impl Services {
    /// Finds or installs each, and starts those that are servers.
    pub(crate) fn start() -> Result<Self> {
        let mut programs = Vec::new();
        let wanted = [
            CHROMIUM,
            NODE,
            CURL,
            PROMTOOL,
            CADDY,
            NGINX,
            SYSTEMD_ANALYZE,
        ];
        for program in wanted {
            let path = program.find_or_install()?.display().to_string();
            programs.push((program.variable, path));
        }
        let python = python::find_or_make()?.display().to_string();
        programs.push((python::VARIABLE, python));
        let k6 = python::find_or_install_k6()?.display().to_string();
        programs.push((python::K6_VARIABLE, k6));
        let postgres = Server::start(&binaries::find_or_install()?)?;
        let services = Self { postgres, programs };
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
        variables.extend(self.programs.iter().cloned());
        variables
    }
}
