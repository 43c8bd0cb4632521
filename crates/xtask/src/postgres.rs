//! A PostgreSQL of our own, for as long as the tests run.
//!
//! It lives in one temporary directory and is reached by the socket in it, so it needs
//! no port, no password and no configuration of the machine. Durability is under test,
//! so `fsync` stays on. Dropping the [`Server`] stops it and removes the directory.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::account::Account;
use crate::command::output_of;
use crate::scratch::Scratch;

/// Tests run side by side and each has pools of its own; PostgreSQL's 100 run out.
const CONNECTIONS_MAX: u32 = 200;

/// A machine that compiles at the same time may take long to start a server.
const START_SECONDS_MAX: u32 = 60;

/// A running server.
pub(crate) struct Server {
    binaries: PathBuf,
    account: Account,
    // Dropped after `drop` has stopped the server that runs in it.
    directory: Scratch,
}

impl Server {
    /// Makes a cluster in a new directory and starts it with the programs in `binaries`.
    pub(crate) fn start(binaries: &Path) -> Result<Self> {
        let server = Self {
            binaries: binaries.to_owned(),
            account: Account::for_postgres()?,
            directory: Scratch::new("pg")?,
        };
        server.account.own(server.directory.path())?;
        server
            .initialise()
            .context("cannot make a PostgreSQL cluster")?;
        server.launch().context("cannot start PostgreSQL")?;
        Ok(server)
    }

    /// What the tests need to know, as environment variables.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        let socket = self.directory.path().display();
        [
            (
                "TASUKI_TEST_POSTGRES",
                format!("host={socket} user=postgres dbname=postgres"),
            ),
            ("TASUKI_TEST_PG_BIN", self.binaries.display().to_string()),
            ("TASUKI_TEST_PG_USER", self.account.name.clone()),
        ]
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn initialise(&self) -> Result<()> {
        // Without a locale the order of text is the same on every machine. The empty
        // cluster need not be durable: if the machine falls now, so does the run.
        self.call(
            "initdb",
            &[
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
            ],
        )?;
        let mut file = OpenOptions::new()
            .append(true)
            .open(self.data().join("postgresql.conf"))?;
        file.write_all(configuration(self.directory.path()).as_bytes())?;
        Ok(())
    }

    fn launch(&self) -> Result<()> {
        let log = self.directory.path().join("server.log");
        let timeout = format!("--timeout={START_SECONDS_MAX}");
        let log_file = format!("--log={}", log.display());
        self.call(
            "pg_ctl",
            &["start", "--silent", "--wait", &timeout, &log_file],
        )
        .with_context(|| {
            fs::read_to_string(&log)
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
    }

    /// Runs one of PostgreSQL's programs on our cluster.
    fn call(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.account.command(&self.binaries.join(program));
        // They look at the directory they are called in, which may be closed to them.
        command.current_dir(self.directory.path()).args(arguments);
        output_of(command.arg("--pgdata").arg(self.data()))?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return; // It never started, or a test stopped it.
        }
        // The data is about to be removed: no checkpoint, no farewell to clients.
        if let Err(error) = self.call("pg_ctl", &["stop", "--silent", "--mode=immediate"]) {
            // Not `eprintln!`: it panics when the terminal is gone, as after a SIGHUP.
            let _ = writeln!(io::stderr(), "cannot stop PostgreSQL: {error:#}");
        }
    }
}

/// What differs from PostgreSQL's defaults, or must not differ.
fn configuration(directory: &Path) -> String {
    format!(
        "listen_addresses = ''\n\
         unix_socket_directories = '{}'\n\
         port = 5432\n\
         max_connections = {CONNECTIONS_MAX}\n\
         fsync = on\n\
         synchronous_commit = on\n\
         full_page_writes = on\n",
        directory.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_reached_by_its_socket_only_and_is_durable() {
        let text = configuration(Path::new("/tmp/somewhere"));
        for line in [
            "listen_addresses = ''",
            "unix_socket_directories = '/tmp/somewhere'",
            "fsync = on",
            "max_connections = 200",
        ] {
            assert!(
                text.lines().any(|it| it == line),
                "{line} is missing from:\n{text}"
            );
        }
    }
}
