//! An index is missing: what needs it reads the whole table.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Drill, Engine};
use crate::site::MANY_CALLERS;
use crate::sql;
use crate::stage::Stage;

/// Facts of earlier races in the same table: what a busy organiser has after years.
const OLD_FACTS: &str = "INSERT INTO facts (race, seq, at_ms, by, id, event, prev, hash) \
    SELECT 'earlier', n, 0, 'somebody', \
        ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, '{}', decode(repeat('00', 32), 'hex'), \
        decode(repeat('00', 32), 'hex') FROM generate_series(1, 2000000) AS n";
/// With one of them left, its queries would still be quick.
const INDEXES_GONE: &str =
    "ALTER TABLE facts DROP CONSTRAINT facts_pkey, DROP CONSTRAINT facts_race_id_key";
/// Who fetch the log every other second: mirrors, partners, a curious journalist.
const EXPORTERS: usize = 24;

pub(super) const DRILL: Drill = Drill {
    name: "slow-query",
    what: "indexes are lost, and exports read two million facts instead of those of one race",
    engine: Engine::Postgres,
    alert: Some("TasukiQueriesSlow"),
    follows: &[
        "slow-query/look",
        "slow-query/plan",
        "slow-query/off",
        "slow-query/shorten",
        "slow-query/index",
        "slow-query/on",
        "slow-query/over",
    ],
    prepare: Some(|site| site.write_settings(&[MANY_CALLERS])),
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    sql::execute(&stage.site, OLD_FACTS)?;
    sql::execute(&stage.site, "ANALYZE facts")?;
    let pause = Duration::from_secs(2);
    let path = "api/races/fanout/log";
    let exporters = stage.load.visit(EXPORTERS, path, pause, true);
    std::thread::sleep(Duration::from_secs(10));
    stage.breaks("somebody drops the indexes of the facts");
    sql::execute(&stage.site, INDEXES_GONE)?;
    let within = Duration::from_secs(20);
    let fared = Arc::clone(&exporters);
    stage.sees("an export takes more than a second", within, move |_| {
        Ok(fared.last_took() > Duration::from_secs(1))
    })?;
    stage.alerted()?;
    stage.sees("the statement that is slow", within, |stage| {
        Ok(stage.follow("slow-query/look")?.contains("FROM facts"))
    })?;
    stage.follow_to_see("slow-query/plan", &["Seq Scan"])?;
    stage.recovers();
    stage.follow_to_see("slow-query/off", &["\"value\":\"off\""])?;
    // Who asks now is told at once, and asks the database nothing.
    let (refused, within) = (exporters.failed(), Duration::from_secs(35));
    let fared = Arc::clone(&exporters);
    stage.sees("exports are refused at once", within, move |_| {
        let is_quick = fared.last_took() < Duration::from_millis(200);
        Ok(fared.failed() > refused + 24 && is_quick)
    })?;
    stage.follow_to_see("slow-query/shorten", &["5000"])?;
    stage.follow("slow-query/index")?;
    stage.follow_to_see("slow-query/on", &["\"value\":\"on\""])?;
    let (answered, within) = (exporters.answered(), Duration::from_secs(10));
    let fared = Arc::clone(&exporters);
    stage.sees("exports are quick again", within, move |_| {
        let is_quick = fared.last_took() < Duration::from_millis(500);
        Ok(fared.answered() > answered + 5 && is_quick)
    })?;
    stage.recovered()?;
    let plan = stage.follow("slow-query/over")?;
    ensure!(plan.contains("Index"), "no index is used:\n{plan}");
    Ok(())
}
