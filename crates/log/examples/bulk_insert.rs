//! From how many rows on is COPY faster than UNNEST?
//!
//! Inserts batches of several sizes in both ways, in turn, each batch in a
//! transaction of its own, and prints what a batch takes. The answer is
//! `COPY_ROWS_MIN`. Run it with a server as the tests need it:
//!
//! ```text
//! cargo run --release -p tasuki-log --example bulk_insert
//! ```

use std::error::Error;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures::future::try_join;
use tasuki_log::{Options, open};
use tasuki_testkit::postgres::TestDatabase;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

const SIZES: [usize; 9] = [1, 10, 30, 60, 100, 200, 500, 1_000, 10_000];
const ROUNDS: usize = 41;
const EVENT_BYTES: usize = 300;

const UNNEST: &str = "INSERT INTO facts (race, seq, at_ms, by, id, event, prev, hash) \
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::uuid[], \
        $6::text[], $7::bytea[], $8::bytea[])";

const COPY: &str = "COPY facts (race, seq, at_ms, by, id, event, prev, hash) \
    FROM STDIN (FORMAT binary)";

const TYPES: [Type; 8] = [
    Type::TEXT,
    Type::INT8,
    Type::INT8,
    Type::TEXT,
    Type::UUID,
    Type::TEXT,
    Type::BYTEA,
    Type::BYTEA,
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = TestDatabase::new().await;
    open(&database.url(), &Options::default()).await?;
    let client = database.connect().await;
    let (unnest, copy) = (client.prepare(UNNEST).await?, client.prepare(COPY).await?);
    let mut next = 1;
    println!(
        "{:>7} {:>10} {:>10} {:>14}",
        "rows", "unnest us", "copy us", "unnest / copy"
    );
    for size in SIZES {
        let (mut by_unnest, mut by_copy) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            by_unnest.push(time_unnest(&client, &unnest, rows(&mut next, size)).await?);
            by_copy.push(time_copy(&client, &copy, rows(&mut next, size)).await?);
        }
        let (unnest_us, copy_us) = (median_us(by_unnest), median_us(by_copy));
        println!(
            "{size:>7} {unnest_us:>10.0} {copy_us:>10.0} {:>14.2}",
            unnest_us / copy_us
        );
    }
    Ok(())
}

fn rows(next: &mut i64, size: usize) -> Vec<i64> {
    let first = *next;
    *next += i64::try_from(size).unwrap_or(0);
    (first..*next).collect()
}

fn median_us(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

async fn time_unnest(
    client: &Client,
    unnest: &Statement,
    seqs: Vec<i64>,
) -> Result<Duration, tokio_postgres::Error> {
    let (event, hash) = ("x".repeat(EVENT_BYTES), [7_u8; 32]);
    let started = Instant::now();
    let races = vec!["demo"; seqs.len()];
    let by = vec!["tablet"; seqs.len()];
    let ids: Vec<Uuid> = seqs.iter().map(|_| Uuid::now_v7()).collect();
    let events = vec![event.as_str(); seqs.len()];
    let hashes = vec![&hash[..]; seqs.len()];
    client.batch_execute("BEGIN").await?;
    let columns: [&(dyn ToSql + Sync); 8] =
        [&races, &seqs, &seqs, &by, &ids, &events, &hashes, &hashes];
    let insert = client.execute(unnest, &columns);
    try_join(insert, client.batch_execute("COMMIT")).await?;
    Ok(started.elapsed())
}

async fn time_copy(
    client: &Client,
    copy: &Statement,
    seqs: Vec<i64>,
) -> Result<Duration, tokio_postgres::Error> {
    let (event, hash) = ("x".repeat(EVENT_BYTES), [7_u8; 32]);
    let started = Instant::now();
    client.batch_execute("BEGIN").await?;
    let insert = async {
        let mut rows = pin!(BinaryCopyInWriter::new(client.copy_in(copy).await?, &TYPES));
        for seq in seqs {
            let (id, hash) = (Uuid::now_v7(), &hash[..]);
            let row = rows.as_mut();
            row.write(&[&"demo", &seq, &seq, &"tablet", &id, &event, &hash, &hash])
                .await?;
        }
        rows.finish().await
    };
    try_join(insert, client.batch_execute("COMMIT")).await?;
    Ok(started.elapsed())
}
