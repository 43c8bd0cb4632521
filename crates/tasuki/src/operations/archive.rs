//! `tasuki operations archive`: months that are over, into files.

use anyhow::{Context, anyhow};
use clap::Args;
use tasuki_log::{Access, Archived, Deed, Month};
use tasuki_race::Instant;

use super::depot::Depot;
use super::manifest::{Manifest, file_name, manifest_name};
use super::pack::{Content, Packer, unpack};
use crate::clock::now;
use crate::failure::Failure;
use crate::output::say;
use crate::store::StoreArgs;

/// Whoever writes down another operation of a month that is over, while it is being
/// archived, makes it to be read anew: so often.
const TRIES_MAX: u32 = 3;

/// Move months that are over to files, one a month
///
/// Writes what was done in each month before the one that is named to a compressed
/// file and a manifest, reads the file back, and lets the database go of it: of the
/// whole part of the table in PostgreSQL, of the rows in SQLite. Both happens in one
/// transaction with the operation that tells of it. May be cut short at any moment,
/// and be given again. A server may go on meanwhile.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Archive {
    /// The first month that stays, of UTC, such as 2026-10
    #[arg(
        long,
        env = "TASUKI_BEFORE",
        value_name = "MONTH",
        hide_env_values = true
    )]
    before: Month,
    /// Where to: a folder, or s3://BUCKET/PREFIX with the AWS_* variables
    #[arg(long, env = "TASUKI_TO", value_name = "PLACE", hide_env_values = true)]
    to: String,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki operations archive --before 2026-10 --to /var/lib/tasuki/operations
  AWS_ENDPOINT_URL=http://minio:9000 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \\
    tasuki operations archive --before 2026-10 --to s3://tasuki/operations \\
      --log postgres://owner@db/tasuki

On PostgreSQL, connect as the owner of the tables: a server's role lets go of nothing.";

impl Archive {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let this = Month::of(now()).context("the clock is beyond all years")?;
        if self.before > this {
            return Err(Failure::configuration(format!(
                "--before {}: the month {this} is not over, so that is the first that stays",
                self.before
            )));
        }
        let depot = Depot::open(&self.to)?;
        let operations = self.store.open(Access::ReadWrite).await?.operations;
        let end = self.before.begin().map_err(Failure::configuration)?;
        let mut from = Instant::from_ms(i64::MIN);
        let mut months = 0;
        loop {
            let earliest = operations.earliest(from).await;
            let earliest = earliest.context("cannot read the log of operations")?;
            let Some(at) = earliest.filter(|at| *at < end) else {
                break;
            };
            let month = Month::of(at).ok_or_else(|| anyhow!("{at} is in no month"))?;
            let archived = Archiving {
                operations: &*operations,
                depot: &depot,
                month,
            };
            say(&told(&archived.run().await?))?;
            from = month.end().map_err(Failure::configuration)?;
            months += 1;
        }
        match months {
            0 => say(&format!("nothing before {} is left here", self.before)),
            _ => Ok(()),
        }
    }
}

fn told(archived: &Archived) -> String {
    format!(
        "{}: {} operations, {} to {}, in {}",
        archived.month, archived.count, archived.first, archived.last, archived.file
    )
}

/// A month on its way.
struct Archiving<'a> {
    operations: &'a dyn tasuki_log::Operations,
    depot: &'a Depot,
    month: Month,
}

impl Archiving<'_> {
    async fn run(&self) -> anyhow::Result<Archived> {
        for _ in 0..TRIES_MAX {
            let (bytes, archived) = self.pack().await?;
            self.keep(bytes, &archived).await?;
            self.check(&archived).await?;
            let gone = self.operations.let_go(&archived, &deed(&archived)).await;
            let gone = gone.with_context(|| format!("cannot let go of {}", self.month))?;
            if gone.is_some() {
                return Ok(archived);
            }
        }
        Err(anyhow!(
            "operations of {} are still being written: is a clock wrong?",
            self.month
        ))
    }

    /// The month as a file.
    async fn pack(&self) -> anyhow::Result<(Vec<u8>, Archived)> {
        let mut packer = Packer::new()?;
        let mut after = 0;
        loop {
            let page = self.operations.of_month(self.month, after).await;
            let page = page.context("cannot read the log of operations")?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for operation in &page {
                packer.add(operation)?;
            }
        }
        let packed = packer.finish()?;
        let (bytes, content) = packed.ok_or_else(|| anyhow!("{} is empty", self.month))?;
        let archived = self.archived(content).await?;
        Ok((bytes, archived))
    }

    async fn archived(&self, content: Content) -> anyhow::Result<Archived> {
        let Content {
            first,
            last,
            count,
            sha256,
        } = content;
        let before = self.operations.archived().await;
        let before = before.context("cannot read what is archived")?;
        let parts = before.iter().filter(|it| it.month == self.month);
        Ok(Archived {
            month: self.month,
            part: parts.map(|it| it.part).max().unwrap_or(0) + 1,
            first,
            last,
            count,
            sha256,
            file: file_name(self.month, first, last),
            place: self.depot.place().to_owned(),
            at: now(),
        })
    }

    /// Puts the file and its manifest into their place, unless they are there.
    async fn keep(&self, bytes: Vec<u8>, archived: &Archived) -> anyhow::Result<()> {
        let manifest = Manifest::of(archived).to_bytes()?;
        let name = manifest_name(&archived.file);
        // The manifest is written last: where it is, the file is whole.
        match self.depot.get(&name).await? {
            Some(found) if found == manifest => return Ok(()),
            Some(_) => {
                return Err(anyhow!(
                    "{} has another {name}, of another log: name another place",
                    self.depot.place()
                ));
            }
            None => {}
        }
        self.depot.put(&archived.file, bytes).await?;
        self.depot.put(&name, manifest).await
    }

    /// Reads the file back: nothing is let go of that is not there, whole and right.
    async fn check(&self, archived: &Archived) -> anyhow::Result<()> {
        let file = &archived.file;
        let wrong = || format!("{file} is not as it was written: nothing was let go of");
        let bytes = self.depot.get(file).await?;
        let bytes = bytes.ok_or_else(|| anyhow!("it is not there"));
        let found = bytes.and_then(|bytes| unpack(&bytes, |_| Ok(())));
        let found = found.with_context(wrong)?;
        let written = Content {
            first: archived.first,
            last: archived.last,
            count: archived.count,
            sha256: archived.sha256,
        };
        if found != written {
            return Err(anyhow!("it holds something else").context(wrong()));
        }
        Ok(())
    }
}

/// That a month was archived, for the log of operations.
fn deed(archived: &Archived) -> Deed {
    Deed::new(
        archived.at,
        "operations_archived",
        "tasuki operations archive",
    )
    .about(archived.month.to_string())
    .with("file", archived.file.as_str())
    .with("place", archived.place.as_str())
    .with("first", archived.first)
    .with("last", archived.last)
    .with("count", archived.count)
    .with("sha256", archived.sha256.to_string())
}
