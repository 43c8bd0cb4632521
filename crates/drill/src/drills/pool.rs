//! The connections to the database are used up: those that there are wait for a lock.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::{Drill, Engine};
use crate::site::MANY_CALLERS;
use crate::sql;
use crate::stage::Stage;

/// Who list devices, one after the other: pages that somebody left open.
const LISTERS: usize = 4;

pub(super) const DRILL: Drill = Drill {
    name: "pool",
    what: "a pool of two connections is used up by queries that wait for a lock",
    engine: Engine::Postgres,
    alert: Some("TasukiDatabaseConnectionsFull"),
    follows: &[
        "pool/look",
        "pool/who",
        "pool/more",
        "pool/end-blockers",
        "pool/fewer",
        "pool/over",
    ],
    prepare: Some(|site| site.write_settings(&["TASUKI_POOL_SIZE=2", MANY_CALLERS])),
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let pause = Duration::from_millis(100);
    let listers = stage
        .load
        .visit(LISTERS, "api/races/fanout/devices", pause, true);
    let exporters = stage.load.visit(2, "api/races/fanout/log", pause, true);
    std::thread::sleep(Duration::from_secs(3));
    stage.breaks("a session holds a lock on the table of devices");
    let lock = "LOCK TABLE devices IN ACCESS EXCLUSIVE MODE";
    let session = sql::forget(&stage.site, lock)?;
    stage.alerted()?;
    stage.follow_to_see("pool/look", &["tasuki_database_connections_max 2"])?;
    stage.follow_to_see("pool/who", &["FROM devices", "LOCK TABLE devices"])?;
    stage.recovers();
    stage.follow_to_see("pool/more", &["\"value\":50"])?;
    let (answered, within) = (exporters.answered(), Duration::from_secs(10));
    let fared = Arc::clone(&exporters);
    stage.sees("exports are answered again", within, move |_| {
        Ok(fared.answered() > answered + 3)
    })?;
    stage.follow_to_see("pool/end-blockers", &["t"])?;
    let (answered, within) = (listers.answered(), Duration::from_secs(10));
    let fared = Arc::clone(&listers);
    stage.sees("devices are listed again", within, move |_| {
        Ok(fared.answered() > answered + 3)
    })?;
    drop(session);
    stage.recovered()?;
    stage.follow_to_see("pool/fewer", &["\"value\":5"])?;
    stage.follow("pool/over")?;
    stage.cleared(Duration::from_secs(30))
}
