//! What was measured, in the same database.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::Instant;
use tokio_postgres::types::ToSql;

use super::PostgresLog;
use crate::error::LogError;
use crate::minutes::{MINUTES_PAGE_MAX, Minute, Minutes};

const KEEP: &str = "INSERT INTO minutes AS kept (at_ms, requests, failed, turned_away, p95_ms, \
        viewers, facts, append_p99_ms, shown_p99_ms, commit_failures, pool_in_use, pool_max) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
    ON CONFLICT (at_ms) DO UPDATE SET \
        requests = kept.requests + excluded.requests, \
        failed = kept.failed + excluded.failed, \
        turned_away = kept.turned_away + excluded.turned_away, \
        p95_ms = greatest(kept.p95_ms, excluded.p95_ms), \
        viewers = greatest(kept.viewers, excluded.viewers), \
        facts = kept.facts + excluded.facts, \
        append_p99_ms = greatest(kept.append_p99_ms, excluded.append_p99_ms), \
        shown_p99_ms = greatest(kept.shown_p99_ms, excluded.shown_p99_ms), \
        commit_failures = kept.commit_failures + excluded.commit_failures, \
        pool_in_use = greatest(kept.pool_in_use, excluded.pool_in_use), \
        pool_max = greatest(kept.pool_max, excluded.pool_max)";

const BETWEEN: &str = "SELECT at_ms, requests, failed, turned_away, p95_ms, viewers, facts, \
        append_p99_ms, shown_p99_ms, commit_failures, pool_in_use, pool_max \
    FROM minutes WHERE at_ms >= $1 AND at_ms < $2 ORDER BY at_ms LIMIT $3";

const FORGET: &str = "DELETE FROM minutes WHERE at_ms < $1";

#[async_trait]
impl Minutes for PostgresLog {
    async fn keep_minute(&self, minute: &Minute) -> Result<(), LogError> {
        let columns = minute.columns();
        let keep = async |client: &Object| {
            let statement = client.prepare_cached(KEEP).await?;
            let columns = columns.each_ref().map(|it| it as &(dyn ToSql + Sync));
            client.execute(&statement, &columns).await?;
            Ok(())
        };
        self.shared.run(keep).await
    }

    async fn minutes(&self, from: Instant, until: Instant) -> Result<Vec<Minute>, LogError> {
        let read = async |client: &Object| {
            let statement = client.prepare_cached(BETWEEN).await?;
            let limit = i64::from(MINUTES_PAGE_MAX);
            let rows = client
                .query(&statement, &[&from.ms(), &until.ms(), &limit])
                .await?;
            let mut minutes = Vec::with_capacity(rows.len());
            for row in rows {
                let mut columns = [0; 12];
                for (place, column) in columns.iter_mut().enumerate() {
                    *column = row.try_get(place)?;
                }
                minutes.push(Minute::from_columns(columns));
            }
            Ok(minutes)
        };
        self.shared.run(read).await
    }

    async fn forget_minutes(&self, before: Instant) -> Result<(), LogError> {
        let forget = async |client: &Object| {
            client.execute(FORGET, &[&before.ms()]).await?;
            Ok(())
        };
        self.shared.run(forget).await
    }
}
