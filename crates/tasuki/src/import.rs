//! `tasuki import`: a race from its exported log.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use tasuki_log::{Access, Deed, Head, Record, Store, Writer};
use tasuki_race::{Fact, RaceId};

use crate::clock::now;
use crate::failure::Failure;
use crate::store::StoreArgs;
use crate::{input, output};

/// Facts per transaction: enough that its cost does not show.
const BATCH_FACTS_MAX: usize = 5_000;
/// A batch ends with the fact that passes this size.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Recreate a race from its exported log
///
/// Restores the facts as they are: an export gives the same bytes again. Facts
/// that are there already are passed over, so that an import can be repeated
/// or continued; a log that has parted from the one here is refused. The
/// server of that log must not be running.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// The exported log; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki import my-race.ndjson
  tasuki export --race my-race | tasuki import - --log postgres://tasuki@db/tasuki";

impl Import {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let (mut lines, bar) = input::open(&self.file)?;
        // Read before the log is opened: a file that is no log creates none.
        let first = lines
            .next()
            .ok_or_else(|| anyhow!("the file is empty, nothing was imported"))?;
        let first = understood(first.map_err(anyhow::Error::new)?, 1)?;
        let race = first.race.clone();

        let Store {
            log, operations, ..
        } = self.store.open(Access::ReadWrite).await?;
        let before = log
            .head(&race)
            .await
            .context("cannot read the log")?
            .unwrap_or(Head::ORIGIN);
        let writer = log.open_writer().await.context("cannot write to the log")?;
        let mut restoring = Restoring {
            writer,
            batch: Batch::default(),
            head: Head::ORIGIN,
        };
        restoring.add(first).await?;
        for (line, number) in lines.zip(2..) {
            let record = line
                .map_err(anyhow::Error::new)
                .and_then(|r| understood(r, number));
            match record {
                Ok(record) => restoring.add(record).await?,
                Err(error) => {
                    let head = restoring.flush().await?;
                    let kept = format!("imported the {} facts before it, but", head.seq);
                    return Err(error.context(kept).into());
                }
            }
        }
        let head = restoring.flush().await?;
        let deed = deed(&race, before, head);
        let told = operations.append(&deed).await;
        told.context("imported it, but could not write down that")?;
        bar.finish_and_clear();
        output::say(&summary(&race, before, head))
    }
}

/// Writes records in bulk.
struct Restoring {
    writer: Box<dyn Writer>,
    batch: Batch,
    head: Head,
}

#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    bytes: usize,
}

impl Restoring {
    async fn add(&mut self, record: Record) -> anyhow::Result<()> {
        self.batch.bytes += record.event.len();
        self.batch.records.push(record);
        if self.batch.records.len() >= BATCH_FACTS_MAX || self.batch.bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Makes everything so far durable, and says where that ends.
    async fn flush(&mut self) -> anyhow::Result<Head> {
        let Batch { records, .. } = std::mem::take(&mut self.batch);
        if let Some(last) = records.last().map(Record::head) {
            self.writer
                .restore(records)
                .await
                .context("cannot import")?;
            self.head = last;
        }
        Ok(self.head)
    }
}

/// A line may be whole and linked and yet hold a fact that this program does
/// not know; a server could not start from such a log.
fn understood(record: Record, line: u64) -> anyhow::Result<Record> {
    match Fact::from_json(&record.event) {
        Ok(fact) if fact.canonical() == *record.event => Ok(record),
        Ok(_) => Err(anyhow!(
            "line {line} is wrong: its event is not written as this program writes it"
        )),
        Err(error) => Err(anyhow!(
            "line {line} is wrong: its event is not a fact: {error}"
        )),
    }
}

/// That the race was imported, for the log of operations.
fn deed(race: &RaceId, before: Head, head: Head) -> Deed {
    Deed::new(now(), "imported", "tasuki import")
        .about(race.as_str())
        .with("what", "log")
        .with("recorded", head.seq.saturating_sub(before.seq))
}

fn summary(race: &RaceId, before: Head, head: Head) -> String {
    let new = head.seq.saturating_sub(before.seq);
    format!(
        "{race}: {} facts, {new} of them new here, head {}",
        head.seq, head.hash
    )
}
