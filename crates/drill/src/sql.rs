//! What an administrator of the database does to it, for better or worse.

use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::site::Site;

/// psql on the log, as its owner.
fn psql(site: &Site) -> Command {
    let environment = site.environment();
    let mut psql = Command::new("psql");
    for (name, value) in &environment {
        psql.env(name, value);
    }
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", &site.log]);
    psql
}

/// Executes statements to their end.
pub(crate) fn execute(site: &Site, statements: &str) -> Result<()> {
    let output = psql(site).args(["-c", statements]).output();
    let output = output.context("psql")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "psql: {said}");
    Ok(())
}

/// A session that takes a lock in a transaction, and forgets to end it.
pub(crate) fn forget(site: &Site, statement: &str) -> Result<Session> {
    let commands = format!("BEGIN; {statement}; SELECT pg_sleep(600);");
    let mut psql = psql(site);
    psql.args(["-c", &commands]);
    let silent = psql.stdout(Stdio::null()).stderr(Stdio::null());
    Ok(Session(silent.spawn().context("psql")?))
}

/// It ends when this is dropped, at the latest.
pub(crate) struct Session(Child);

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
