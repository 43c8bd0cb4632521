//! The database is there and answers nobody, as where its storage hangs.

use std::time::Duration;

use anyhow::Result;

use super::{Drill, Engine};
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "database-hangs",
    what: "PostgreSQL is stopped (SIGSTOP) under load: it accepts and answers nothing",
    engine: Engine::Postgres,
    alert: Some("TasukiLogNotWritable"),
    follows: &[
        "log-not-writable/look",
        "log-not-writable/postgres",
        "database/look",
        "database/restart-hard",
        "database/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.breaks("PostgreSQL is stopped");
    stage.units.act(&["kill", "-s", "STOP", "postgresql"])?;
    let within = Duration::from_secs(10);
    stage.sees("the server is not ready", within, |stage| {
        Ok(!stage.is_ready())
    })?;
    stage.alerted()?;
    stage.follow_to_see("log-not-writable/look", &["log not writable"])?;
    stage.follow_to_see("log-not-writable/postgres", &["does not answer"])?;
    stage.follow_to_see("database/look", &["active", "does not answer"])?;
    stage.recovers();
    stage.follow("database/restart-hard")?;
    stage.recovered()?;
    stage.follow("database/over")?;
    Ok(())
}
