//! The statements of a transaction that appends.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::reading::{bound, hash, seq, tip};
use crate::batch::{Batch, Held, Key, Known, Plan, Tip, Tips};
use crate::error::LogError;
use crate::record::Record;

const KNOWN: &str = "SELECT seq, hash, event FROM facts WHERE race = ?1 AND id = ?2";

const INSERT: &str = "INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Takes the next epoch: whoever had the one before can append no more.
///
/// In a transaction, though it is one statement: a statement that returns a row is
/// committed when it is put away, where nobody would be told that the disk is full.
pub(super) fn take_epoch(connection: &mut Connection) -> Result<i64, LogError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let raise = "UPDATE writer SET epoch = epoch + 1 RETURNING epoch";
    let epoch = transaction.query_row(raise, [], |row| row.get(0))?;
    transaction.commit()?;
    Ok(epoch)
}

/// Writes what is new of `batch`, all of it or nothing.
pub(super) fn write(
    connection: &mut Connection,
    epoch: i64,
    tips: &Tips,
    batch: Batch,
) -> Result<Plan, LogError> {
    batch.check()?;
    // The write lock is taken at once, so that nothing read here can change
    // before the commit.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    check_epoch(&transaction, epoch)?;
    let held = look_up(&transaction, tips, batch.keys())?;
    let plan = batch.plan(held)?;
    for record in &plan.fresh {
        insert(&transaction, record)?;
    }
    transaction.commit()?;
    Ok(plan)
}

fn check_epoch(transaction: &Transaction<'_>, epoch: i64) -> Result<(), LogError> {
    let mut statement = transaction.prepare_cached("SELECT epoch FROM writer")?;
    match statement.query_row([], |row| row.get::<_, i64>(0))? {
        current if current == epoch => Ok(()),
        _ => Err(LogError::Fenced),
    }
}

fn look_up(transaction: &Transaction<'_>, tips: &Tips, keys: Vec<Key>) -> Result<Held, LogError> {
    let mut held = Held::default();
    let mut statement = transaction.prepare_cached(KNOWN)?;
    for key in keys {
        if !held.tips.contains_key(&key.0) {
            let found = match tips.get(&key.0) {
                Some(cached) => Some(*cached),
                None => tip(transaction, &key.0)?,
            };
            held.tips
                .insert(key.0.clone(), found.unwrap_or_else(Tip::origin));
        }
        let known = statement.query_row((key.0.as_str(), key.1.0.as_bytes()), |row| {
            Ok(Known {
                seq: seq(row, 0)?,
                hash: hash(row, 1)?,
                event: row.get(2)?,
            })
        });
        if let Some(known) = known.optional()? {
            held.known.insert(key, known);
        }
    }
    Ok(held)
}

fn insert(transaction: &Transaction<'_>, record: &Record) -> Result<(), LogError> {
    transaction.prepare_cached(INSERT)?.execute((
        record.race.as_str(),
        bound(record.seq),
        record.at.ms(),
        &record.by,
        &record.device,
        record.id.0.as_bytes(),
        &record.event,
        record.prev.as_bytes(),
        record.hash.as_bytes(),
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is deferred fails no statement, but the commit: as a full disk does.
    const COMMITS_FAIL: &str = "PRAGMA foreign_keys = on;
        CREATE TABLE other (id INTEGER PRIMARY KEY);
        CREATE TABLE writer (epoch INTEGER,
            other INTEGER REFERENCES other (id) DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO writer VALUES (1, NULL);
        CREATE TRIGGER raised AFTER UPDATE OF epoch ON writer
            BEGIN UPDATE writer SET other = 7; END;";

    #[test]
    fn an_epoch_that_was_not_committed_is_not_taken() {
        let mut connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(COMMITS_FAIL).expect("tables");
        let refused = take_epoch(&mut connection);
        assert!(
            matches!(refused, Err(LogError::Unavailable(_))),
            "{refused:?}"
        );
        let epoch = connection.query_row("SELECT epoch FROM writer", [], |row| row.get(0));
        assert_eq!(epoch, Ok(1));
    }
}
