//! Nothing can be entered for a while, and people write on paper.

use std::time::Duration;

use anyhow::Result;

use super::Drill;
use crate::paper;
use crate::stage::Stage;

/// Passages that are written down while nothing works.
const ROWS: u32 = 60;

pub(super) const DRILL: Drill = Drill {
    name: "paper",
    what: "an outage with passages written on paper, which are entered afterwards with their true times",
    alert: Some("TasukiDown"),
    follows: &[
        "down/start",
        "paper/look",
        "paper/try",
        "paper/enter",
        "paper/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    stage.breaks("the server is killed, and tablets are of no use either");
    stage.units.act(&["kill", "-s", "KILL", "tasuki"])?;
    let written = stage.load.ledger.take_on_paper(ROWS);
    // Some of it was entered on a tablet before: whoever types cannot know.
    let entered = stage.load.ledger.account().acknowledged;
    let repeated = entered.keys().rev().take(5).copied();
    let rows = paper::write(
        &stage.site.path().join("paper.csv"),
        repeated.chain(written.iter().copied()),
    )?;
    stage.tell(&format!(
        "{rows} passages stand on paper, 5 of them entered before"
    ));
    stage.alerted()?;
    stage.recovers();
    stage.follow("down/start")?;
    stage.recovered()?;
    stage.follow_to_see("paper/look", &["bib,checkpoint,time"])?;
    stage.follow_to_see("paper/try", &["60"])?;
    stage.follow_to_see("paper/enter", &["60"])?;
    stage.follow("paper/over")?;
    stage.cleared(Duration::from_secs(20))
}
