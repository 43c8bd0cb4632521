//! It is slow or times out: somebody works on the database by hand, and holds what every
//! commit needs.

use std::time::Duration;

use anyhow::Result;

use super::{Drill, Engine};
use crate::sql;
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "slow",
    what: "entry times out: a forgotten session holds a lock on the table of facts",
    engine: Engine::Postgres,
    alert: Some("TasukiLogNotWritable"),
    follows: &[
        "log-not-writable/look",
        "log-not-writable/postgres",
        "log-not-writable/over",
        "slow/look",
        "slow/over",
        "log-slow/look",
        "log-slow/blockers",
        "log-slow/end-blockers",
        "log-slow/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.breaks("an index is built by hand, in a transaction that nobody ends");
    let lock = "LOCK TABLE facts IN SHARE MODE";
    let session = sql::forget(&stage.site, lock)?;
    let within = Duration::from_secs(15);
    stage.sees("a tablet is told to send again", within, |stage| {
        Ok(stage.load.ledger.account().refused > 0)
    })?;
    stage.alerted()?;
    stage.follow_to_see("log-not-writable/look", &["log not writable"])?;
    // It answers: so it is not away.
    stage.follow_to_see("log-not-writable/postgres", &["epoch"])?;
    stage.follow_to_see("slow/look", &["/api/races/{race}/events"])?;
    stage.follow("log-slow/look")?;
    stage.follow_to_see("log-slow/blockers", &["LOCK TABLE facts"])?;
    stage.recovers();
    stage.follow_to_see("log-slow/end-blockers", &["t"])?;
    stage.recovered()?;
    drop(session);
    stage.follow("log-slow/over")?;
    stage.follow("slow/over")?;
    stage.follow("log-not-writable/over")?;
    Ok(())
}
