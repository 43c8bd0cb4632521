//! `tasuki export`: a race's log as NDJSON.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use futures::StreamExt;
use tasuki_log::{Access, Head, Log};
use tasuki_race::RaceId;

use crate::failure::Failure;
use crate::output::Output;
use crate::progress;
use crate::store::StoreArgs;

/// Write a race's log as NDJSON, one fact per line
///
/// Streams the facts in the order of the log, one per line, each with the hash
/// of the line before. A server may go on recording meanwhile.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// Which race
    #[arg(long, env = "TASUKI_RACE", value_name = "ID", hide_env_values = true)]
    race: RaceId,
    /// Leave out the facts up to this number
    #[arg(long, env = "TASUKI_AFTER", value_name = "SEQ", default_value_t = 0)]
    #[arg(hide_env_values = true)]
    after: u64,
    /// Leave out the facts behind this number [default: the last]
    #[arg(long, env = "TASUKI_UNTIL", value_name = "SEQ", hide_env_values = true)]
    until: Option<u64>,
    /// Write to this file, which appears when it is whole [default: standard output]
    #[arg(long, env = "TASUKI_OUT", value_name = "FILE", hide_env_values = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki export --race my-race --out my-race.ndjson
  tasuki export --race my-race --log postgres://tasuki@db/tasuki | zstd > my-race.zst";

impl Export {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let log = self.store.open(Access::ReadOnly).await?.log;
        let head = head(log.as_ref(), &self.race).await?;
        let until = self.until.unwrap_or(head.seq).min(head.seq);
        let mut output = Output::open(self.out.as_deref())?;
        let bar = progress::facts(until.saturating_sub(self.after));
        let mut records = log.read(&self.race, self.after, Some(until));
        while let Some(record) = records.next().await {
            let record = record.context("cannot read the log")?;
            output.line(&record.line())?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        output.finish()
    }
}

/// The end of a race's log, or which races there are instead.
pub(crate) async fn head(log: &dyn Log, race: &RaceId) -> Result<Head, Failure> {
    if let Some(head) = log.head(race).await.context("cannot read the log")? {
        return Ok(head);
    }
    let races = log.races().await.context("cannot read the log")?;
    let ids: Vec<&str> = races
        .iter()
        .map(|(id, _)| id.as_str())
        .take(LISTED_MAX)
        .collect();
    let there = match ids.as_slice() {
        [] => "no race at all".to_owned(),
        ids if races.len() > ids.len() => format!("{}, …", ids.join(", ")),
        ids => ids.join(", "),
    };
    Err(anyhow!("the log has no race `{race}`; it has {there}").into())
}

/// Names at most this many races, so that the line stays readable.
const LISTED_MAX: usize = 10;
