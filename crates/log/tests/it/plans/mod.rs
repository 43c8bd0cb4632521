//! Every statement that the product sends to Postgres finds what it wants by an
//! index, and touches no more of a large database than of a small one.
//!
//! ```text
//! small and large ── driven by the product itself ──▶ auto_explain: plans, pages touched
//! src/postgres/*.rs ── what it says in SQL ─────────▶ each of it is among them
//! ```
//!
//! The plans are those that the server has followed, with the product's own
//! parameters, those of the statements inside functions too. A statement that is
//! added to the source and not to the [drive](drive) fails the test.

mod drive;
mod plan;
mod seed;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use tasuki_testkit::cluster::Cluster;
use tasuki_testkit::waiting::until;

use plan::{Executed, copied, executed};

/// A database on its first race day, and one after years. Both have more of each
/// thing than the largest page holds.
const FACTS: [(&str, u32); 2] = [("small", 20_000), ("large", 1_000_000)];

/// Each statement that runs, with its plan, also inside functions.
const TELL_PLANS: &str = "\
shared_preload_libraries = 'auto_explain,pg_stat_statements'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_buffers = on
auto_explain.log_timing = off
auto_explain.log_verbose = on
auto_explain.log_nested_statements = on
auto_explain.log_format = json
pg_stat_statements.track = all
log_line_prefix = 'of=%a/%d '
# What is made here need not last, and nothing may change between two looks.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
autovacuum = off
shared_buffers = 512MB
maintenance_work_mem = 256MB
";

/// Tables that a bound in the program keeps small: reading one whole is reading a
/// page or two.
const NEVER_GROW: [(&str, &str); 7] = [
    ("writer", "has one row"),
    ("operations_number", "has one row"),
    ("identity_version", "has one row"),
    ("users", "has a thousand rows at most"),
    ("switches", "has a row for each switch of the program"),
    (
        "settings",
        "has a row for each that the program made up once",
    ),
    ("refinery_schema_history", "has a row for each migration"),
];

/// What does not look for something among much.
const MOVES_ALL: [(&str, &str); 3] = [
    (
        "SELECT pg_advisory_lock(",
        "migrations run before there is anything to search",
    ),
    (
        "SELECT operations_let_go(",
        "counts and lets go of a whole month, which is a part",
    ),
    ("SELECT operations_take_back(", "writes a whole month"),
];

/// An index of a database fifty times as large is a level or two deeper, at each of
/// the places that a statement looks up: twice as much at most, where what grows with
/// the table would be fifty times as much.
fn may_touch(small: u64) -> u64 {
    2 * small + 16
}

#[tokio::test]
async fn every_statement_goes_by_an_index_and_touches_no_more_of_a_large_database() {
    let cluster = Cluster::start_with(TELL_PLANS);
    let mut touched = Vec::new();
    let mut met = BTreeSet::new();
    for (name, facts) in FACTS {
        let database = cluster.connect("postgres").await;
        let create = format!("CREATE DATABASE {name}");
        database.batch_execute(&create).await.unwrap();
        let url = cluster.url_of(name);
        drive::migrate(&url).await;
        let client = cluster.connect(name).await;
        seed::fill(&client, facts).await;
        let seeded = cluster.log().len();
        drive::everything(&url).await;
        gone(&client).await;
        let all = executed(&cluster.log()[seeded..], name);
        drive::move_a_month(&url).await;
        gone(&client).await;
        let met_here = executed(&cluster.log(), name);
        met.extend(met_here.into_iter().map(|it| it.text));
        if name == "large" {
            for statement in &all {
                check_plan(statement);
            }
        }
        touched.push(most_touched(all, copied(&client).await));
    }
    let [small, large] = &touched[..] else {
        unreachable!()
    };
    check_growth(small, large);
    met.extend(large.keys().cloned());
    check_completeness(&met, large);
}

/// Waits until the product has let go of its connections: by then the server has
/// written all that it tells of them.
async fn gone(client: &tokio_postgres::Client) {
    let open = "SELECT count(*) FROM pg_stat_activity \
        WHERE application_name = 'tasuki' AND datname = current_database()";
    until("the end of the connections", || async {
        let row = client.query_one(open, &[]).await.unwrap();
        (row.get::<_, i64>(0) == 0).then_some(())
    })
    .await;
}

/// Reads no table whole that grows.
fn check_plan(statement: &Executed) {
    for scan in statement.read_whole() {
        let is_small = NEVER_GROW.iter().any(|(table, _)| *table == scan.table);
        assert!(
            // A part for a month to come is empty: there is nothing to read.
            is_small || scan.is_catalog || scan.touched == 0,
            "`{}` is read whole by\n{}\n{:#}",
            scan.table,
            statement.text,
            statement.plan,
        );
    }
}

type Touched = BTreeMap<String, u64>;

/// The most pages that each statement has touched at once.
fn most_touched(all: Vec<Executed>, copied: Vec<(String, u64)>) -> Touched {
    let mut most = Touched::new();
    let plans = all.into_iter().map(|it| (it.touched(), it.text));
    let plans = plans.map(|(touched, text)| (text, touched));
    for (text, touched) in plans.chain(copied) {
        let seen = most.entry(text).or_default();
        *seen = touched.max(*seen);
    }
    most
}

fn check_growth(small: &Touched, large: &Touched) {
    let mut worse = Vec::new();
    for (text, touched) in large {
        let before = small.get(text);
        println!(
            "{before:>6?} {touched:>6}  {}",
            &text[..text.len().min(150)]
        );
        if before.is_none_or(|before| *touched > may_touch(*before)) {
            worse.push((text, before, touched));
        }
    }
    assert!(worse.is_empty(), "touches more of more: {worse:#?}");
}

/// All that the source says in SQL was met, with a plan.
fn check_completeness(met: &BTreeSet<String>, judged: &Touched) {
    let said = sources::statements();
    for statement in &said {
        let is_it = |text: &&String| statement.is(text);
        assert!(
            met.iter().any(|text| is_it(&text)),
            "{}: not in the drive: {}",
            statement.file,
            statement.text
        );
        let moves_all = MOVES_ALL
            .iter()
            .any(|(it, _)| statement.text.starts_with(it));
        assert!(
            moves_all || judged.keys().any(|text| is_it(&text)),
            "{}: its plan was not looked at: {}",
            statement.file,
            statement.text
        );
    }
    // Were the source written in a way that is not understood, it would say nothing.
    assert!(said.len() >= 20, "{}", said.len());
}
