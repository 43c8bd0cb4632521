//! The plans that a server has followed, as its log tells of them.

use serde_json::Value;
use tokio_postgres::Client;

use super::sources::in_a_line;

/// What stands before a plan in the log.
const PLAN: &str = " plan:";

/// A statement that was run.
pub(super) struct Executed {
    pub(super) text: String,
    pub(super) plan: Value,
}

/// A table that was read from the first row to the last.
pub(super) struct ReadWhole {
    pub(super) table: String,
    /// The database's own.
    pub(super) is_catalog: bool,
    /// Pages.
    pub(super) touched: u64,
}

/// What the product has run in a database, with a plan.
pub(super) fn executed(log: &[u8], database: &str) -> Vec<Executed> {
    let log = String::from_utf8_lossy(log).into_owned();
    let of = format!("of=tasuki/{database} ");
    let mut all = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with(&of) || !line.ends_with(PLAN) {
            continue;
        }
        let mut json = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(&line[1..]);
            json.push('\n');
        }
        let mut told: Value = serde_json::from_str(&json).expect("a plan");
        all.push(Executed {
            text: in_a_line(told["Query Text"].as_str().expect("a statement")),
            plan: told["Plan"].take(),
        });
    }
    all
}

/// What has no plan and yet moves rows, with the pages that each run of it has
/// touched.
pub(super) async fn copied(client: &Client) -> Vec<(String, u64)> {
    let asked = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
    client.batch_execute(asked).await.unwrap();
    let asked = "SELECT query, (shared_blks_hit + shared_blks_read) / calls \
        FROM pg_stat_statements WHERE query LIKE 'COPY%' \
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let rows = client.query(asked, &[]).await.unwrap();
    let copied = rows.iter().map(|row| {
        let touched = u64::try_from(row.get::<_, i64>(1)).unwrap();
        (in_a_line(row.get(0)), touched)
    });
    copied.collect()
}

impl Executed {
    /// Pages that were looked at, in all.
    pub(super) fn touched(&self) -> u64 {
        touched(&self.plan)
    }

    /// The tables that were read whole.
    pub(super) fn read_whole(&self) -> Vec<ReadWhole> {
        let mut found = Vec::new();
        look(&self.plan, &mut found);
        found
    }
}

fn look(node: &Value, found: &mut Vec<ReadWhole>) {
    if node["Node Type"].as_str().is_some_and(reads_whole) {
        found.push(ReadWhole {
            table: node["Relation Name"].as_str().expect("a table").to_owned(),
            is_catalog: node["Schema"] == "pg_catalog",
            touched: touched(node),
        });
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        look(below, found);
    }
}

fn reads_whole(kind: &str) -> bool {
    matches!(kind, "Seq Scan" | "Sample Scan")
}

fn touched(node: &Value) -> u64 {
    let pages = |member: &str| node[member].as_u64().expect("pages");
    pages("Shared Hit Blocks") + pages("Shared Read Blocks")
}
