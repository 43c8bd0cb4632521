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
    /// Which race [default: the only one of the log]
    #[arg(long, env = "TASUKI_RACE", value_name = "ID", hide_env_values = true)]
    race: Option<RaceId>,
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
        let (race, head) = find(log.as_ref(), self.race.as_ref()).await?;
        let until = self.until.unwrap_or(head.seq).min(head.seq);
        let mut output = Output::open(self.out.as_deref())?;
        let bar = progress::facts(until.saturating_sub(self.after));
        let mut records = log.read(&race, self.after, Some(until));
        while let Some(record) = records.next().await {
            let record = record.context("cannot read the log")?;
            output.line(&record.line())?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        output.finish()
    }
}

/// A race and the end of its log: the wanted one, or the only one. Otherwise
/// says which there are.
pub(crate) async fn find(log: &dyn Log, race: Option<&RaceId>) -> Result<(RaceId, Head), Failure> {
    let mut races = log.races().await.context("cannot read the log")?;
    races.retain(|(id, _)| !tasuki_server::is_hidden(id));
    let wanted = match (race, races.as_slice()) {
        (Some(race), _) => races.iter().find(|(id, _)| id == race),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    if let Some(found) = wanted {
        return Ok(found.clone());
    }
    let ids = races.iter().map(|(id, _)| id.as_str()).take(LISTED_MAX);
    let ids = ids.collect::<Vec<_>>().join(", ");
    let more = if races.len() > LISTED_MAX {
        ", …"
    } else {
        ""
    };
    Err(match race {
        _ if races.is_empty() => anyhow!("the log has no race at all").into(),
        Some(race) => anyhow!("the log has no race `{race}`; it has {ids}{more}").into(),
        None => Failure::configuration(format!("name one with --race: the log has {ids}{more}")),
    })
}

/// Names at most this many races, so that the line stays readable.
const LISTED_MAX: usize = 10;
