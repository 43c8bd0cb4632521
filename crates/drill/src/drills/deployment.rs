//! A new version does not come up, and the old one is put back.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Drill;
use crate::site::RELEASE;
use crate::stage::Stage;

const NEW: &str = "1.1.0";
/// One that hangs before it listens, as where it waits for something that is not there.
const HANGS: &str =
    "#!/bin/sh\necho 'tasuki 1.1.0 is waiting for its certificates'\nexec sleep 600\n";

pub(super) const DRILL: Drill = Drill {
    name: "deployment",
    what: "a new version never becomes ready; the one before it is put back",
    alert: Some("TasukiDown"),
    follows: &[
        "deployment/before",
        "deployment/switch",
        "down/look",
        "deployment/look",
        "rollback/which",
        "rollback/back",
        "rollback/over",
        "deployment/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.site.install_script(NEW, HANGS)?;
    stage.knows("TASUKI_NEW", NEW.to_owned());
    stage.follow_to_see("deployment/before", &["\"ready\":true"])?;
    stage.breaks("version 1.1.0 is installed");
    stage.follow_to_see("deployment/switch", &["did not come up"])?;
    stage.alerted()?;
    stage.follow_to_see("down/look", &["does not answer"])?;
    stage.follow_to_see("deployment/look", &[NEW, "waiting for its certificates"])?;
    stage.recovers();
    stage.follow_to_see("rollback/which", &[RELEASE])?;
    stage.follow("rollback/back")?;
    stage.recovered()?;
    let version = stage.follow("rollback/over")?;
    ensure!(version.contains("\"ready\":true"), "{version}");
    stage.follow("deployment/over")?;
    stage.cleared(Duration::from_secs(20))
}
