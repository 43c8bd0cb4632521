//! What was measured, in the same file.

use async_trait::async_trait;
use rusqlite::{Connection, params_from_iter};
use tasuki_race::Instant;

use super::SqliteLog;
use crate::error::LogError;
use crate::minutes::{MINUTES_PAGE_MAX, Minute, Minutes};

const KEEP: &str = "INSERT INTO minutes AS kept (at_ms, requests, failed, turned_away, p95_ms, \
        viewers, facts, append_p99_ms, shown_p99_ms, commit_failures, pool_in_use, pool_max) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
    ON CONFLICT (at_ms) DO UPDATE SET \
        requests = kept.requests + excluded.requests, \
        failed = kept.failed + excluded.failed, \
        turned_away = kept.turned_away + excluded.turned_away, \
        p95_ms = max(kept.p95_ms, excluded.p95_ms), \
        viewers = max(kept.viewers, excluded.viewers), \
        facts = kept.facts + excluded.facts, \
        append_p99_ms = max(kept.append_p99_ms, excluded.append_p99_ms), \
        shown_p99_ms = max(kept.shown_p99_ms, excluded.shown_p99_ms), \
        commit_failures = kept.commit_failures + excluded.commit_failures, \
        pool_in_use = max(kept.pool_in_use, excluded.pool_in_use), \
        pool_max = max(kept.pool_max, excluded.pool_max)";

const BETWEEN: &str = "SELECT at_ms, requests, failed, turned_away, p95_ms, viewers, facts, \
        append_p99_ms, shown_p99_ms, commit_failures, pool_in_use, pool_max \
    FROM minutes WHERE at_ms >= ?1 AND at_ms < ?2 ORDER BY at_ms LIMIT ?3";

const FORGET: &str = "DELETE FROM minutes WHERE at_ms < ?1";

#[async_trait]
impl Minutes for SqliteLog {
    async fn keep_minute(&self, minute: &Minute) -> Result<(), LogError> {
        let columns = minute.columns();
        let keep = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(KEEP)?;
            statement.execute(params_from_iter(columns))?;
            Ok(())
        };
        self.shared.connections.run(keep).await
    }

    async fn minutes(&self, from: Instant, until: Instant) -> Result<Vec<Minute>, LogError> {
        let read = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(BETWEEN)?;
            let mut rows = statement.query((from.ms(), until.ms(), MINUTES_PAGE_MAX))?;
            let mut minutes = Vec::new();
            while let Some(row) = rows.next()? {
                let mut columns = [0; 12];
                for (place, column) in columns.iter_mut().enumerate() {
                    *column = row.get(place)?;
                }
                minutes.push(Minute::from_columns(columns));
            }
            Ok(minutes)
        };
        self.shared.connections.run(read).await
    }

    async fn forget_minutes(&self, before: Instant) -> Result<(), LogError> {
        let forget = move |connection: &mut Connection| {
            connection.execute(FORGET, [before.ms()])?;
            Ok(())
        };
        self.shared.connections.run(forget).await
    }
}
