//! How Postgres keeps operations: month by month, each read by an index.

use tasuki_log::{Deed, Operations, Search};
use tasuki_race::Instant;
use tasuki_testkit::postgres::TestDatabase;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::engine::Engine;

/// So many operations of this month that a query without an index would show.
const OPERATIONS: u32 = 20_000;

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

/// Every way in which a page is asked for.
fn searches(now: Instant) -> Vec<Search> {
    let hour_ago = Some(Instant::from_ms(now.ms() - 3_600_000));
    let plain = Search {
        limit: 100,
        ..Search::default()
    };
    let kind = Some("rare".to_owned());
    vec![
        plain.clone(),
        Search {
            before: Some(9_000),
            ..plain.clone()
        },
        Search {
            kind: kind.clone(),
            ..plain.clone()
        },
        Search {
            from: hour_ago,
            until: Some(now),
            ..plain.clone()
        },
        Search {
            kind,
            from: hour_ago,
            ..plain
        },
    ]
}

/// The text of the query that the log sent last, with values in place of its
/// parameters.
async fn last_query(client: &Client, operations: &dyn Operations, search: &Search) -> String {
    operations.page(search).await.unwrap();
    let sent = "SELECT query FROM pg_stat_activity WHERE application_name = 'tasuki' \
        AND datname = current_database() AND query LIKE 'SELECT number%' ORDER BY query_start DESC";
    let mut query = column(client, sent).await.swap_remove(0);
    let before = search
        .before
        .map_or(i64::MAX.to_string(), |n| n.to_string());
    let mut values = vec![before, search.limit.to_string()];
    values.extend(search.kind.iter().map(|kind| format!("'{kind}'")));
    let moments = [search.from, search.until];
    values.extend(moments.iter().flatten().map(|at| at.ms().to_string()));
    for (place, value) in values.iter().enumerate() {
        query = query.replace(&format!("${}", place + 1), value);
    }
    query
}

#[tokio::test]
async fn a_page_is_read_by_an_index() {
    let engine = Engine::postgres().await;
    let operations = engine.open().await.operations;
    operations.make_room().await.unwrap();
    let client = database(&engine).connect().await;
    // Backwards from the end of this month: every one is in its part.
    let fill = format!(
        "INSERT INTO operations (number, at_ms, kind, by, detail) \
         SELECT n, (extract(epoch FROM date_trunc('month', now() AT TIME ZONE 'UTC') \
             + interval '1 month') * 1000)::bigint - ({OPERATIONS} - n + 1) * 100000, \
             CASE WHEN n % 500 = 0 THEN 'rare' ELSE 'usual' END, 'admin', '{{}}' \
         FROM generate_series(1, {OPERATIONS}) AS n"
    );
    client.batch_execute(&fill).await.unwrap();
    client.batch_execute("ANALYZE operations").await.unwrap();
    let month = &column(
        &client,
        "SELECT tableoid::regclass::text FROM operations LIMIT 1",
    )
    .await[0];
    for search in searches(now(&client).await) {
        let query = last_query(&client, &*operations, &search).await;
        let plan = column(&client, &format!("EXPLAIN {query}"))
            .await
            .join("\n");
        assert!(plan.contains(month.as_str()), "{query}\n{plan}");
        assert!(!plan.contains(&format!("Seq Scan on {month}")), "{plan}");
    }
}
