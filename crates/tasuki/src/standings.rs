//! `tasuki standings`: what a log gives, without a server.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use futures::StreamExt;
use tasuki_log::{Access, Record};
use tasuki_race::{Bib, Fact, Projector, RaceId, Selection, Slug};

use crate::failure::Failure;
use crate::store::StoreArgs;
use crate::{export, input, output, progress};

/// Print the standings that a log gives, without a server
///
/// Prints the snapshot of the standings as JSON, from an exported log or
/// straight from a database.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Standings {
    /// The exported log; - reads standard input
    #[arg(value_name = "FILE", required_unless_present = "race")]
    file: Option<PathBuf>,
    /// Without a FILE: read this race from the database that --log names
    #[arg(long, env = "TASUKI_RACE", value_name = "ID", hide_env_values = true)]
    race: Option<RaceId>,
    /// As the log stood after that fact [default: the last]
    #[arg(long, env = "TASUKI_AT_SEQ", value_name = "N", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    at_seq: Option<u64>,
    /// Only entries of that category [default: all]
    #[arg(
        long,
        env = "TASUKI_CATEGORY",
        value_name = "ID",
        hide_env_values = true
    )]
    category: Option<Slug>,
    /// Only the first so many [default: all]
    #[arg(long, env = "TASUKI_TOP", value_name = "N", hide_env_values = true)]
    top: Option<usize>,
    /// Only these, with commas between [default: all]
    #[arg(long, env = "TASUKI_BIBS", value_name = "BIB", hide_env_values = true)]
    #[arg(value_delimiter = ',')]
    bibs: Vec<Bib>,
    /// Indent the JSON, for people
    #[arg(long, env = "TASUKI_PRETTY", hide_env_values = true)]
    pretty: bool,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki standings my-race.ndjson --top 10 --pretty
  tasuki standings my-race.ndjson --at-seq 420 --category women
  tasuki standings --log sqlite:tasuki.sqlite --race my-race";

impl Standings {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let mut projector = match (&self.file, &self.race) {
            (Some(file), _) => self.project_file(file)?,
            (None, Some(race)) => self.project_log(race).await?,
            (None, None) => {
                return Err(Failure::configuration(
                    "name a FILE, or a --race of the --log",
                ));
            }
        };
        projector.settle();
        let snapshot = projector.snapshot(&self.selection());
        let json = if self.pretty {
            serde_json::to_string_pretty(&snapshot)
        } else {
            serde_json::to_string(&snapshot)
        };
        output::say(&json.context("cannot write the standings")?)
    }

    fn selection(&self) -> Selection {
        let bibs = (!self.bibs.is_empty()).then(|| self.bibs.iter().cloned().collect());
        Selection {
            category: self.category.clone(),
            top: self.top,
            bibs,
        }
    }

    fn project_file(&self, file: &Path) -> Result<Projector, Failure> {
        let (lines, bar) = input::open(file)?;
        let mut projector = None;
        for line in lines {
            let record = line.map_err(anyhow::Error::new)?;
            if self.at_seq.is_some_and(|last| record.seq > last) {
                break;
            }
            if self
                .race
                .as_ref()
                .is_some_and(|wanted| *wanted != record.race)
            {
                return Err(anyhow!(
                    "the file holds the race `{}`, not the one asked for",
                    record.race
                )
                .into());
            }
            let projector = projector.get_or_insert_with(|| Projector::new(record.race.clone()));
            enter(projector, &record)?;
        }
        bar.finish_and_clear();
        projector.ok_or_else(|| {
            anyhow!("the file is empty: an exported log has at least one line").into()
        })
    }

    async fn project_log(&self, race: &RaceId) -> Result<Projector, Failure> {
        let log = self.store.open(Access::ReadOnly).await?.log;
        let (_, head) = export::find(log.as_ref(), Some(race)).await?;
        let until = self.at_seq.unwrap_or(head.seq).min(head.seq);
        let bar = progress::facts(until);
        let mut projector = Projector::new(race.clone());
        let mut records = log.read(race, 0, Some(until));
        while let Some(record) = records.next().await {
            enter(&mut projector, &record.context("cannot read the log")?)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(projector)
    }
}

fn enter(projector: &mut Projector, record: &Record) -> anyhow::Result<()> {
    let fact = Fact::from_json(&record.event)
        .with_context(|| format!("seq {} is not a fact", record.seq))?;
    projector.apply(record.seq, record.at, &record.by, &fact);
    Ok(())
}
