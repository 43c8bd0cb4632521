//! `tasuki replay`: a recorded race once more, at its own pace.
//!
//! Facts are read from the exported log one by one and sent when they are due;
//! what has become due meanwhile goes in one request. So a server that was
//! away for a while is caught up with in bulk.

mod due;
mod tally;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use reqwest::Url;
use tasuki_log::Record;
use tasuki_race::{Definition, Fact, FactKind};
use tokio::time::Instant;

use self::due::Due;
pub(crate) use self::tally::Tally;
use crate::client::{self, Client, Created, server_address};
use crate::failure::Failure;
use crate::logging::LogArgs;
use crate::speed::Speed;
use crate::{input, output};

/// Send a recorded race to a server again, at its own pace
///
/// Creates the race at the server and sends its facts with their original
/// spacing, times --speed. Requests that fail are sent again with the same
/// ids, so that nothing is recorded twice.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replay {
    /// The exported log; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The server, such as http://127.0.0.1:8080
    #[arg(long, env = "TASUKI_TO", value_name = "URL", hide_env_values = true)]
    #[arg(value_parser = server_address)]
    to: Url,
    /// How many times faster than recorded, or max
    #[arg(long, env = "TASUKI_SPEED", value_name = "X", default_value = "1")]
    #[arg(hide_env_values = true)]
    speed: Speed,
    /// Go on where an earlier replay was stopped: the race may be there already
    #[arg(long, env = "TASUKI_RESUME", hide_env_values = true)]
    resume: bool,
    #[command(flatten)]
    logging: LogArgs,
}

const EXAMPLES: &str = "\
Examples:
  TASUKI_TOKEN=… tasuki replay my-race.ndjson --to http://127.0.0.1:8080
  TASUKI_TOKEN=… tasuki replay my-race.ndjson --to http://127.0.0.1:8080 --speed max

TASUKI_TOKEN is an API token, or the server's TASUKI_ADMIN_TOKEN; it can only be
given as a variable.";

impl Replay {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let (mut lines, bar) = input::open(&self.file)?;
        let client = Client::new(&self.to, client::token()?)?;
        self.logging.start("warn")?;
        let first = lines
            .next()
            .ok_or_else(|| anyhow!("the file is empty, nothing was sent"))?;
        let first = first.map_err(anyhow::Error::new)?;
        let race = first.race.clone();
        self.create(&client, &definition(&first)?).await?;

        let mut tally = Tally::default();
        let mut due = Due::new(lines);
        let started = Instant::now();
        let offset = |record: &Record| {
            let span_ms = u64::try_from(record.at.ms() - first.at.ms()).unwrap_or(0);
            self.speed.lasts(Duration::from_millis(span_ms))
        };
        while let Some(next) = due.peek()? {
            tokio::time::sleep_until(started + offset(next)).await;
            let facts = due.take(|record| offset(record) <= started.elapsed())?;
            tally.add(&client.submit(&race, &facts).await?);
        }
        bar.finish_and_clear();
        output::say(&format!("{race}: {tally}"))?;
        match tally.rejected() {
            0 => Ok(()),
            1 => Err(anyhow!("the server rejected a fact").into()),
            count => Err(anyhow!("the server rejected {count} facts").into()),
        }
    }

    async fn create(&self, client: &Client, definition: &Definition) -> Result<(), Failure> {
        match client.create_race(definition).await? {
            Created::Exists if !self.resume => Err(anyhow!(
                "the server has a race `{}` already: give --resume to go on with it (facts that it \
                 has are not doubled)",
                definition.id
            )
            .into()),
            Created::Exists | Created::New => Ok(()),
        }
    }
}

/// A race begins with its definition.
fn definition(first: &Record) -> anyhow::Result<Definition> {
    let fact = Fact::from_json(&first.event).context("line 1 is not a fact")?;
    match fact.kind {
        FactKind::RaceDefined(definition) => Ok(*definition),
        _ => Err(anyhow!(
            "line 1 is no `race_defined`: replay the log from its beginning"
        )),
    }
}
