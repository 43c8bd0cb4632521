//! `tasuki operations restore`: a month from its file, back into the database.

use anyhow::{Context, anyhow};
use clap::Args;
use tasuki_log::{Access, Archived, Deed, Operation, Operations};

use super::depot::Depot;
use super::pack::{Content, unpack};
use crate::clock::now;
use crate::failure::Failure;
use crate::output::say;
use crate::store::StoreArgs;

/// Take a month back from its file
///
/// Checks the file against what the database knows of it, and takes all of its
/// operations back in one transaction. The file stays. Given twice, the second time
/// changes nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Restore {
    /// The file: a path, or s3://BUCKET/PREFIX/NAME with the AWS_* variables
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki operations restore /var/lib/tasuki/operations/operations-2026-09.1-420.ndjson.zst

On PostgreSQL, connect as the owner of the tables.";

impl Restore {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let (depot, name) = Depot::around(&self.file)?;
        let bytes = depot.get(&name).await?;
        let bytes = bytes
            .ok_or_else(|| Failure::configuration(format!("{} has no {name}", depot.place())))?;
        let mut all = Vec::new();
        let content = unpack(&bytes, |operation| {
            all.push(operation);
            Ok(())
        });
        let content = content.with_context(|| format!("cannot restore {name}"))?;
        let operations = self.store.open(Access::ReadWrite).await?.operations;
        let archived = operations.archived().await;
        let archived = archived.context("cannot read what is archived")?;
        let archived = archived.into_iter().find(|it| it.sha256 == content.sha256);
        match archived {
            Some(archived) => take_back(&*operations, &archived, &all, &content).await,
            None if is_here(&*operations, &all).await? => say(&format!(
                "{name}: its {} operations are here already",
                content.count
            )),
            None => Err(anyhow!("{name} was not archived from this log").into()),
        }
    }
}

async fn take_back(
    operations: &dyn Operations,
    archived: &Archived,
    all: &[Operation],
    content: &Content,
) -> Result<(), Failure> {
    let taken = operations.take_back(archived, all, &deed(archived)).await;
    let taken = taken.with_context(|| format!("cannot take {} back", archived.month))?;
    // Who was faster has taken back the same.
    let by = if taken.is_some() { "restored" } else { "here" };
    say(&format!(
        "{}: {} operations {by}, {} to {}",
        archived.month, content.count, content.first, content.last
    ))
}

/// Whether the first of them is in the database: all are, or none.
async fn is_here(operations: &dyn Operations, all: &[Operation]) -> anyhow::Result<bool> {
    let Some(first) = all.first() else {
        return Ok(true);
    };
    let Some(month) = tasuki_log::Month::of(first.deed.at) else {
        return Ok(false);
    };
    let page = operations.of_month(month, first.number - 1).await;
    let page = page.context("cannot read the log of operations")?;
    Ok(page.first() == Some(first))
}

/// That a month was taken back, for the log of operations.
fn deed(archived: &Archived) -> Deed {
    Deed::new(now(), "operations_restored", "tasuki operations restore")
        .about(archived.month.to_string())
        .with("file", archived.file.as_str())
        .with("first", archived.first)
        .with("last", archived.last)
        .with("count", archived.count)
}
