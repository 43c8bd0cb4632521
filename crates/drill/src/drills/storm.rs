//! Everybody comes back at once, and there are fewer places than people.

use std::time::Duration;

use anyhow::Result;

use super::Drill;
use crate::stage::Stage;

const VIEWERS: usize = 2_500;
/// All are behind one address here, which a race never sees.
const SETTINGS: &[&str] = &["TASUKI_LIMITS=viewers=off,connections=off,stream=off"];

pub(super) const DRILL: Drill = Drill {
    name: "storm",
    what: "2,500 viewers come back at once to a server that has 1,500 places",
    alert: Some("TasukiViewersFull"),
    follows: &["crowd/look", "crowd/more", "crowd/over"],
    viewers: Some(VIEWERS),
    prepare: Some(|site| site.write_settings(SETTINGS)),
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let mut settings = SETTINGS.to_vec();
    settings.push("TASUKI_VIEWERS_MAX=1500");
    stage.site.write_settings(&settings)?;
    stage.breaks("the server is killed, and started again with 1,500 places");
    stage.units.act(&["kill", "-s", "KILL", "tasuki"])?;
    stage.units.act(&["start", "tasuki"])?;
    let within = Duration::from_secs(20);
    stage.sees("1,500 are in, others are refused", within, |stage| {
        let crowd = &stage.load.crowd;
        // One who has just been let in may not have been greeted.
        Ok(crowd.there() > 1_400 && crowd.there() <= 1_500 && crowd.refused() > 500)
    })?;
    stage.alerted()?;
    stage.follow_to_see("crowd/look", &["tasuki_viewers_max 1500"])?;
    stage.recovers();
    stage.follow_to_see("crowd/more", &["\"value\":20000"])?;
    stage.recovered()?;
    stage.follow("crowd/over")?;
    stage.cleared(Duration::from_secs(20))
}
