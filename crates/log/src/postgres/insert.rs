//! One bulk insert, in the form that is faster for its size.

use std::sync::Arc;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Statement};
use uuid::Uuid;

use super::reading::bound;
use crate::record::Record;

/// From this many rows on, COPY. Below, it takes up to twice as long, for its
/// further round trip; from 200 rows on UNNEST takes 1.0 to 1.2 times as long
/// as COPY, for its arrays, and at 10,000 rows 1.5 times. Measured with
/// `cargo run --release -p tasuki-log --example bulk_insert`.
const COPY_ROWS_MIN: usize = 200;

const UNNEST: &str = "INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash) \
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], \
        $6::uuid[], $7::text[], $8::bytea[], $9::bytea[])";

const COPY: &str = "COPY facts (race, seq, at_ms, by, device, id, event, prev, hash) \
    FROM STDIN (FORMAT binary)";

const COPY_TYPES: [Type; 9] = [
    Type::TEXT,
    Type::INT8,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::UUID,
    Type::TEXT,
    Type::BYTEA,
    Type::BYTEA,
];

/// The two statements, prepared.
pub(super) struct Insert {
    unnest: Statement,
    copy: Statement,
}

impl Insert {
    pub(super) async fn prepare(client: &Client) -> Result<Self, Error> {
        Ok(Self {
            unnest: client.prepare(UNNEST).await?,
            copy: client.prepare(COPY).await?,
        })
    }

    /// Inserts the records; gives the number of rows.
    pub(super) async fn run(&self, client: &Client, records: &[Arc<Record>]) -> Result<u64, Error> {
        if records.len() < COPY_ROWS_MIN {
            self.unnest(client, records).await
        } else {
            self.copy(client, records).await
        }
    }

    async fn unnest(&self, client: &Client, records: &[Arc<Record>]) -> Result<u64, Error> {
        let race: Vec<&str> = records.iter().map(|r| r.race.as_str()).collect();
        let seq: Vec<i64> = records.iter().map(|r| bound(r.seq)).collect();
        let at_ms: Vec<i64> = records.iter().map(|r| r.at.ms()).collect();
        let by: Vec<&str> = records.iter().map(|r| &*r.by).collect();
        let device: Vec<Option<&str>> = records.iter().map(|r| r.device.as_deref()).collect();
        let id: Vec<Uuid> = records.iter().map(|r| r.id.0).collect();
        let event: Vec<&str> = records.iter().map(|r| &*r.event).collect();
        let prev: Vec<&[u8]> = records.iter().map(|r| &r.prev.as_bytes()[..]).collect();
        let hash: Vec<&[u8]> = records.iter().map(|r| &r.hash.as_bytes()[..]).collect();
        let columns: [&(dyn ToSql + Sync); 9] =
            [&race, &seq, &at_ms, &by, &device, &id, &event, &prev, &hash];
        client.execute(&self.unnest, &columns).await
    }

    async fn copy(&self, client: &Client, records: &[Arc<Record>]) -> Result<u64, Error> {
        let sink = client.copy_in(&self.copy).await?;
        let mut rows = std::pin::pin!(BinaryCopyInWriter::new(sink, &COPY_TYPES));
        for r in records {
            let (prev, hash) = (&r.prev.as_bytes()[..], &r.hash.as_bytes()[..]);
            let row: [&(dyn ToSql + Sync); 9] = [
                &r.race.as_str(),
                &bound(r.seq),
                &r.at.ms(),
                &r.by,
                &r.device,
                &r.id.0,
                &&*r.event,
                &prev,
                &hash,
            ];
            rows.as_mut().write(&row).await?;
        }
        rows.finish().await
    }
}
