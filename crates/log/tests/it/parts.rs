//! How Postgres keeps operations: month by month.

use tasuki_log::Deed;
use tasuki_race::Instant;
use tasuki_testkit::postgres::TestDatabase;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::engine::Engine;

fn database(engine: &Engine) -> &TestDatabase {
    match engine {
        Engine::Postgres(database) => database,
        Engine::Sqlite(_) => panic!("only Postgres has parts"),
    }
}

/// The values in the first column.
async fn column(client: &Client, sql: &str) -> Vec<String> {
    let said = client.simple_query(sql).await.unwrap();
    let value = |message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    said.into_iter().filter_map(value).collect()
}

const PARTS: &str = "SELECT inhrelid::regclass::text FROM pg_inherits \
    WHERE inhparent = 'operations'::regclass ORDER BY 1";

async fn now(client: &Client) -> Instant {
    let ms = column(client, "SELECT (extract(epoch FROM now()) * 1000)::bigint").await;
    Instant::from_ms(ms[0].parse().unwrap())
}

#[tokio::test]
async fn this_month_and_the_two_after_it_have_parts_of_their_own() {
    let engine = Engine::postgres().await;
    let operations = engine.open().await.operations;
    let client = database(&engine).connect().await;
    assert_eq!(column(&client, PARTS).await, ["operations_default"]);
    operations.make_room().await.unwrap();
    let expected = "SELECT 'operations_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') \
        + n * interval '1 month', 'YYYY_MM') FROM generate_series(0, 2) AS n \
        UNION ALL SELECT 'operations_default' ORDER BY 1";
    let made = column(&client, PARTS).await;
    assert_eq!(made, column(&client, expected).await);
    operations.make_room().await.unwrap();
    assert_eq!(column(&client, PARTS).await, made);
    let deed = Deed::new(now(&client).await, "odd", "admin");
    operations.append(&deed).await.unwrap();
    let place = column(&client, "SELECT tableoid::regclass::text FROM operations").await;
    assert_eq!(place, [made[0].clone()]);
}

#[tokio::test]
async fn a_month_that_the_net_has_caught_stays_there() {
    let engine = Engine::postgres().await;
    let operations = engine.open().await.operations;
    let client = database(&engine).connect().await;
    let deed = Deed::new(now(&client).await, "odd", "admin");
    operations.append(&deed).await.unwrap();
    operations.make_room().await.unwrap();
    assert_eq!(column(&client, PARTS).await.len(), 3);
    operations.append(&deed).await.unwrap();
    let place = "SELECT DISTINCT tableoid::regclass::text FROM operations";
    assert_eq!(column(&client, place).await, ["operations_default"]);
}

#[tokio::test]
async fn no_part_can_be_changed_by_its_name() {
    let engine = Engine::postgres().await;
    let operations = engine.open().await.operations;
    operations.make_room().await.unwrap();
    let client = database(&engine).connect().await;
    let far = Instant::from_ms(0);
    for at in [now(&client).await, far] {
        let deed = Deed::new(at, "odd", "admin");
        operations.append(&deed).await.unwrap();
    }
    for part in column(
        &client,
        "SELECT DISTINCT tableoid::regclass::text FROM operations",
    )
    .await
    {
        for change in [
            format!("UPDATE {part} SET by = 'somebody else'"),
            format!("DELETE FROM {part}"),
            format!("TRUNCATE {part}"),
        ] {
            let refusal = engine.execute(&change).await.unwrap_err();
            assert!(refusal.contains("operations are never"), "{refusal}");
        }
    }
    let refusal = engine.execute("TRUNCATE operations").await.unwrap_err();
    assert!(refusal.contains("operations are never"), "{refusal}");
}
