//! The server is gone, as after a crash, and nobody starts it again.

use std::time::Duration;

use anyhow::Result;

use super::Drill;
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "process-killed",
    what: "the server is killed (SIGKILL) under load, and does not come back by itself",
    alert: Some("TasukiDown"),
    follows: &["down/look", "down/start", "down/over"],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.breaks("the server is killed");
    stage.units.act(&["kill", "-s", "KILL", "tasuki"])?;
    let within = Duration::from_secs(5);
    stage.sees("nobody is answered", within, |stage| Ok(!stage.is_ready()))?;
    stage.sees("nobody watches", within, |stage| {
        Ok(stage.load.crowd.there() == 0)
    })?;
    stage.alerted()?;
    let told = ["does not answer", "failed (signal: 9"];
    stage.follow_to_see("down/look", &told)?;
    stage.recovers();
    stage.follow("down/start")?;
    stage.recovered()?;
    stage.follow_to_see("down/over", &["\"ready\":true"])?;
    stage.cleared(Duration::from_secs(20))
}
