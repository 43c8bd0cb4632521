//! A typing error in the settings, noticed at the next restart.

use anyhow::{Context, Result, ensure};

use super::Drill;
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "configuration",
    what: "a wrong setting: the server does not start again",
    alert: Some("TasukiDown"),
    follows: &["down/look", "down/last-words", "down/start"],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.site.write_settings(&["TASUKI_VIEWERS_MAX=10.000"])?;
    stage.breaks("it is restarted with `TASUKI_VIEWERS_MAX=10.000`");
    let refused = stage.units.act(&["restart", "tasuki"]);
    let refused = refused.err().context("it starts with a wrong setting")?;
    ensure!(refused.to_string().contains("exit status: 2"), "{refused}");
    stage.alerted()?;
    stage.follow_to_see("down/look", &["does not answer"])?;
    let said = stage.follow("down/last-words")?;
    let names_it = said.contains("10.000") && said.contains("--viewers-max");
    ensure!(
        names_it && said.lines().count() == 1,
        "its last words: {said}"
    );
    stage.tell(&format!("it says: {}", said.trim()));
    stage.recovers();
    stage.site.write_settings(&[])?;
    stage.follow("down/start")?;
    stage.recovered()
}
