//! Nothing is broken: every check of the evening before is green, and so is every first
//! look at a processor, memory, delays, the canary, sessions and the certificate.

use anyhow::Result;

use super::{Drill, Engine};
use crate::stage::Stage;

pub(super) const DRILL: Drill = Drill {
    name: "before-the-race",
    what: "nothing is broken: every check of the evening before succeeds on a busy server",
    engine: Engine::Postgres,
    follows: &[
        "before-the-race/server",
        "before-the-race/database",
        "before-the-race/room",
        "before-the-race/clock",
        "before-the-race/entry",
        "before-the-race/viewers",
        "before-the-race/backup",
        "before-the-race/alerts",
        "cpu/look",
        "cpu/spare",
        "cpu/over",
        "memory/look",
        "memory/over",
        "lag/look",
        "lag/over",
        "canary/look",
        "canary/over",
        "sessions/look",
        "sessions/over",
        "certificate/look",
        "certificate/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let address = stage.prometheus().trim_end_matches("/api/v1").to_owned();
    stage.knows("TASUKI_PROMETHEUS", address);
    for step in DRILL.follows {
        stage.follow(step)?;
    }
    stage.recovered()
}
