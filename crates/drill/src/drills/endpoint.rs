//! One thing fails and everything else works: a permission was taken away.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::{Drill, Engine};
use crate::site::MANY_CALLERS;
use crate::sql;
use crate::stage::Stage;

const LISTERS: usize = 2;
/// The server runs as the schema wants it: as a member of a role that can add facts and
/// change none.
const ROLE: &str = "CREATE ROLE tasuki_app LOGIN IN ROLE tasuki_recorder";

pub(super) const DRILL: Drill = Drill {
    name: "endpoint",
    what: "devices can no longer be listed or admitted: somebody took a permission away",
    engine: Engine::Postgres,
    alert: Some("TasukiRouteFails"),
    follows: &[
        "errors/look",
        "errors/why",
        "errors/permissions",
        "errors/over",
    ],
    prepare: Some(|site| site.write_settings(&[MANY_CALLERS])),
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    sql::execute(&stage.site, ROLE)?;
    let log = stage.site.log.replace("postgres@", "tasuki_app@");
    let log = format!("TASUKI_LOG={log}");
    stage.site.write_settings(&[MANY_CALLERS, &log])?;
    stage.tell("the server is restarted under a role of its own");
    stage.units.act(&["restart", "tasuki"])?;
    stage.recovered()?;
    let pause = Duration::from_millis(250);
    let listers = stage
        .load
        .visit(LISTERS, "api/races/fanout/devices", pause, true);
    std::thread::sleep(Duration::from_secs(8));
    stage.breaks("the role may no longer read devices");
    sql::execute(&stage.site, "REVOKE ALL ON devices FROM tasuki_recorder")?;
    let within = Duration::from_secs(5);
    let fared = Arc::clone(&listers);
    stage.sees("devices are not listed", within, move |_| {
        Ok(fared.failed() > 3)
    })?;
    stage.alerted()?;
    stage.follow_to_see("errors/look", &["/api/races/{race}/devices"])?;
    stage.follow_to_see("errors/why", &["permission denied for table devices"])?;
    stage.recovers();
    stage.follow("errors/permissions")?;
    let (answered, within) = (listers.answered(), Duration::from_secs(5));
    let fared = Arc::clone(&listers);
    stage.sees("devices are listed again", within, move |_| {
        Ok(fared.answered() > answered + 3)
    })?;
    stage.recovered()?;
    stage.follow_to_see("errors/over", &["Tablet 1"])?;
    Ok(())
}
