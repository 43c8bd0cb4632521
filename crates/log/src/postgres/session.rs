//! A connection with the right to append, from its lock to its commits.

use std::collections::HashMap;
use std::time::Duration;

use futures::future::{join, join4};
use tasuki_race::{EventId, Instant, RaceId};
use tokio::time::{Instant as Deadline, sleep};
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

use super::connect::Server;
use super::insert::Insert;
use super::reading::{hash, race, seq};
use crate::batch::{Batch, Held, Key, Known, Plan, Tip, Tips};
use crate::error::LogError;

/// The session's advisory lock that is the right to append. The number spells
/// `tasuki`, then 2.
const WRITER_LOCK: i64 = 0x0074_6173_756b_6902;
/// How often a held lock is tried again.
const RETRY: Duration = Duration::from_millis(50);

const HOLDER: &str = "SELECT format('%s, process %s, %s', coalesce(nullif(application_name, ''), 'unnamed'), \
        pid, coalesce(host(client_addr), 'local')) \
    FROM pg_locks JOIN pg_stat_activity USING (pid) \
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pg_locks.database = \
        (SELECT oid FROM pg_database WHERE datname = current_database()) \
        AND (classid::bigint << 32 | objid::bigint) = $1";

/// Locked until the commit: who raises the epoch waits for what is in flight,
/// and then finds all of it.
const EPOCH: &str = "SELECT epoch FROM writer FOR SHARE";

const TIPS: &str = "SELECT wanted.race, last.seq, last.hash, last.at_ms \
    FROM unnest($1::text[]) AS wanted(race) CROSS JOIN LATERAL ( \
        SELECT seq, hash, at_ms FROM facts WHERE facts.race = wanted.race ORDER BY seq DESC LIMIT 1 \
    ) AS last";

const KNOWN: &str = "SELECT facts.race, facts.id, seq, hash, event \
    FROM unnest($1::text[], $2::uuid[]) AS wanted(race, id) \
    JOIN facts ON facts.race = wanted.race AND facts.id = wanted.id";

/// The right to append, for as long as the connection lives.
pub(super) struct Session {
    client: Client,
    epoch: i64,
    check_epoch: Statement,
    find_tips: Statement,
    find_known: Statement,
    insert: Insert,
}

impl Session {
    /// Connects and takes the right to append, waiting as long as the options say.
    pub(super) async fn open(server: &Server) -> Result<Self, LogError> {
        let client = server.connect().await?;
        take_lock(&client, server.options().writer_wait).await?;
        let raise = "UPDATE writer SET epoch = epoch + 1 RETURNING epoch";
        Ok(Self {
            epoch: client.query_one(raise, &[]).await?.try_get(0)?,
            check_epoch: client.prepare(EPOCH).await?,
            find_tips: client.prepare(TIPS).await?,
            find_known: client.prepare(KNOWN).await?,
            insert: Insert::prepare(&client).await?,
            client,
        })
    }

    /// Writes what is new of `batch`, all of it or nothing, in two round
    /// trips: one to look up, one to insert and commit.
    pub(super) async fn write(&self, tips: &Tips, batch: Batch) -> Result<Plan, LogError> {
        batch.check()?;
        let held = self.begin(tips, batch.keys()).await?;
        let plan = match batch.plan(held) {
            Ok(plan) => plan,
            Err(error) => {
                self.client.batch_execute("ROLLBACK").await?;
                return Err(error);
            }
        };
        if plan.fresh.is_empty() {
            self.client.batch_execute("ROLLBACK").await?;
            return Ok(plan);
        }
        // Sent together: the server runs one after the other, and a commit
        // behind an insert that failed is a rollback.
        let insert = self.insert.run(&self.client, &plan.fresh);
        let (inserted, committed) = join(insert, self.client.batch_execute("COMMIT")).await;
        let inserted = inserted?;
        committed?;
        if inserted != plan.fresh.len() as u64 {
            return Err(LogError::unavailable(
                "the database did not insert every fact",
            ));
        }
        Ok(plan)
    }

    /// Begins the transaction, checks the epoch and looks up what is there, in
    /// one round trip.
    async fn begin(&self, tips: &Tips, keys: Vec<Key>) -> Result<Held, LogError> {
        let mut held = Held::default();
        let mut unknown = Vec::new();
        for (race, _) in &keys {
            if !held.tips.contains_key(race) {
                let cached = tips.get(race).copied();
                unknown.extend(cached.is_none().then_some(race.as_str()));
                held.tips
                    .insert(race.clone(), cached.unwrap_or_else(Tip::origin));
            }
        }
        let (races, ids): (Vec<&str>, Vec<Uuid>) =
            keys.iter().map(|(r, id)| (r.as_str(), id.0)).unzip();
        let (begun, epoch, tips, known) = join4(
            self.client.batch_execute("BEGIN"),
            self.client.query_one(&self.check_epoch, &[]),
            self.client.query(&self.find_tips, &[&unknown]),
            self.client.query(&self.find_known, &[&races, &ids]),
        )
        .await;
        begun?;
        if epoch?.try_get::<_, i64>(0)? != self.epoch {
            return Err(LogError::Fenced);
        }
        held.tips.extend(read_tips(&tips?)?);
        held.known = read_known(&known?)?;
        Ok(held)
    }
}

fn read_tips(rows: &[Row]) -> Result<HashMap<RaceId, Tip>, LogError> {
    let tip = |row: &Row| {
        let at = Instant::from_ms(row.try_get(3)?);
        Ok((
            race(row)?,
            Tip {
                seq: seq(row, 1)?,
                hash: hash(row, 2)?,
                at,
            },
        ))
    };
    rows.iter().map(tip).collect()
}

fn read_known(rows: &[Row]) -> Result<HashMap<Key, Known>, LogError> {
    let known = |row: &Row| {
        let key = (race(row)?, EventId(row.try_get(1)?));
        Ok((
            key,
            Known {
                seq: seq(row, 2)?,
                hash: hash(row, 3)?,
                event: row.try_get(4)?,
            },
        ))
    };
    rows.iter().map(known).collect()
}

async fn take_lock(client: &Client, wait: Duration) -> Result<(), LogError> {
    let deadline = Deadline::now() + wait;
    loop {
        let row = client
            .query_one("SELECT pg_try_advisory_lock($1)", &[&WRITER_LOCK])
            .await?;
        if row.try_get(0)? {
            return Ok(());
        }
        if Deadline::now() >= deadline {
            let holder = client.query_opt(HOLDER, &[&WRITER_LOCK]).await?;
            let holder = holder.map(|row| row.try_get(0)).transpose()?;
            let holder = holder.unwrap_or_else(|| "it has just stopped".to_owned());
            return Err(LogError::Held {
                holder,
                waited_ms: wait.as_millis(),
            });
        }
        sleep(RETRY).await;
    }
}
