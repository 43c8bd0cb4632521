//! The log is gone, and is restored from the last backup; what came after the backup
//! comes from paper.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Drill, Engine};
use crate::paper;
use crate::sql;
use crate::stage::Stage;

/// Between the backup and the loss.
const LATER: Duration = Duration::from_secs(3);

pub(super) const SQLITE: Drill = Drill {
    name: "restore-sqlite",
    what: "the file of an SQLite log is lost, and restored from a backup taken while it was in use",
    alert: Some("TasukiDown"),
    follows: &[
        "restore/backup-sqlite",
        "down/look",
        "restore/sqlite",
        "restore/check",
        "restore/behind",
        "paper/enter",
        "restore/over",
    ],
    run: run_sqlite,
    ..Drill::USUAL
};

pub(super) const POSTGRES: Drill = Drill {
    name: "restore-postgres",
    what: "all tables are dropped by mistake, and restored from a dump taken while they were in use",
    engine: Engine::Postgres,
    alert: Some("TasukiLogNotWritable"),
    follows: &[
        "restore/backup-postgres",
        "log-not-writable/look",
        "restore/postgres",
        "restore/check",
        "restore/behind",
        "paper/enter",
        "restore/over",
    ],
    run: run_postgres,
    ..Drill::USUAL
};

fn run_sqlite(stage: &mut Stage) -> Result<()> {
    stage.follow("restore/backup-sqlite")?;
    std::thread::sleep(LATER);
    stage.breaks("the server falls, and its disk with it");
    stage.units.act(&["kill", "-s", "KILL", "tasuki"])?;
    lose_files(&stage.site.path().join("data"))?;
    stage.alerted()?;
    stage.follow_to_see("down/look", &["does not answer"])?;
    stage.recovers();
    stage.follow("restore/sqlite")?;
    afterwards(stage)
}

fn run_postgres(stage: &mut Stage) -> Result<()> {
    stage.follow("restore/backup-postgres")?;
    std::thread::sleep(LATER);
    stage.breaks("somebody drops the schema in the wrong window");
    let mistake = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    sql::execute(&stage.site, mistake)?;
    stage.alerted()?;
    stage.follow_to_see("log-not-writable/look", &["log not writable"])?;
    stage.recovers();
    stage.follow("restore/postgres")?;
    afterwards(stage)
}

/// What is missing is entered again from paper.
fn afterwards(stage: &mut Stage) -> Result<()> {
    stage.follow_to_see("restore/check", &["all right"])?;
    stage.recovered()?;
    let said = stage.follow("restore/behind")?;
    let missing = missing(stage)?;
    ensure!(
        !missing.is_empty(),
        "nothing came after the backup:\n{said}"
    );
    let rows = paper::write(
        &stage.site.path().join("paper.csv"),
        missing.iter().copied(),
    )?;
    stage.tell(&format!(
        "{rows} passages came after the backup, and stand on paper"
    ));
    stage.follow_to_see("paper/enter", &[&rows.to_string()])?;
    stage.follow("restore/over")?;
    Ok(())
}

/// Acknowledged passages that the log no longer has.
fn missing(stage: &Stage) -> Result<Vec<u32>> {
    let standings = stage.wait(crate::crowd::standings(&stage.site.address))?;
    let account = stage.load.ledger.account();
    let is_there = |number: &u32| {
        let passage = tasuki_bench::relay::passage(*number);
        let of = |name: &str| passage[name].as_str().unwrap_or_default().to_owned();
        !standings["entries"][of("bib")]["splits"][of("checkpoint")].is_null()
    };
    let acknowledged = account.acknowledged.keys();
    Ok(acknowledged.filter(|it| !is_there(it)).copied().collect())
}

fn lose_files(folder: &Path) -> Result<()> {
    for file in fs::read_dir(folder).context("the log's folder")? {
        fs::remove_file(file?.path())?;
    }
    Ok(())
}
