//! The database is gone, and somebody has to start it again.

use std::time::Duration;

use anyhow::Result;

use super::{Drill, Engine};
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "database-away",
    what: "PostgreSQL is killed under load, and is started again by hand",
    engine: Engine::Postgres,
    alert: Some("TasukiLogNotWritable"),
    follows: &[
        "log-not-writable/look",
        "log-not-writable/postgres",
        "database/look",
        "database/start",
        "database/over",
        "log-not-writable/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let watching = stage.load.crowd.there();
    stage.breaks("PostgreSQL is killed");
    stage.units.act(&["kill", "-s", "KILL", "postgresql"])?;
    let within = Duration::from_secs(5);
    stage.sees("the server is not ready", within, |stage| {
        Ok(!stage.is_ready())
    })?;
    stage.alerted()?;
    let told = ["log not writable", "tasuki_log_writable 0"];
    stage.follow_to_see("log-not-writable/look", &told)?;
    stage.follow_to_see("log-not-writable/postgres", &["does not answer"])?;
    stage.follow_to_see("database/look", &["inactive"])?;
    stage.sees("whoever watches stays", within, |stage| {
        Ok(stage.load.crowd.there() == watching)
    })?;
    stage.recovers();
    stage.follow("database/start")?;
    stage.recovered()?;
    stage.follow_to_see("database/over", &["epoch"])?;
    stage.follow_to_see("log-not-writable/over", &["\"ready\":true"])?;
    stage.cleared(Duration::from_secs(20))
}
