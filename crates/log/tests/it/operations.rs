//! What was done to the server stays written, and is found again.

use futures::future::join_all;
use tasuki_log::{Deed, LogError, Operation, Search};
use tasuki_race::Instant;

use crate::engine::{Engine, on_both_engines};

on_both_engines!(
    deeds_are_numbered_without_a_gap_and_read_back_as_they_were,
    pages_lead_from_the_newest_to_the_oldest,
    a_search_by_kind_and_time_finds_just_those,
    a_span_of_time_is_paged_by_time,
    many_at_once_each_get_a_number_of_their_own,
    the_database_refuses_to_change_what_was_done,
    a_deed_that_cannot_be_kept_is_refused_and_takes_no_number,
    whatever_the_time_an_operation_is_kept,
);

/// Nobody knows how many there are; nobody asks for more.
const ALL: u32 = 1_000;

fn deed(minute: i64) -> Deed {
    let kind = if minute % 2 == 0 { "even" } else { "odd" };
    Deed::new(Instant::from_ms(minute * 60_000), kind, "admin")
}

fn search(limit: u32) -> Search {
    Search {
        limit,
        ..Search::default()
    }
}

fn numbers(page: &[Operation]) -> Vec<u64> {
    page.iter().map(|operation| operation.number).collect()
}

async fn deeds_are_numbered_without_a_gap_and_read_back_as_they_were(engine: Engine) {
    let operations = engine.open().await.operations;
    assert_eq!(operations.page(&search(ALL)).await.unwrap(), []);
    let plain = deed(1);
    let full = deed(2)
        .about("viewers_max")
        .why("襷 \"quoted\" \\ and\na line")
        .with("to", 5_000)
        .with("from", "open");
    assert_eq!(operations.append(&plain).await.unwrap(), 1);
    assert_eq!(operations.append(&full).await.unwrap(), 2);
    let expected = [(2, full), (1, plain)].map(|(number, deed)| Operation { number, deed });
    assert_eq!(operations.page(&search(ALL)).await.unwrap(), expected);
    // Another process finds the same, and goes on.
    let operations = engine.open().await.operations;
    assert_eq!(operations.page(&search(ALL)).await.unwrap(), expected);
    assert_eq!(operations.append(&deed(3)).await.unwrap(), 3);
}

async fn pages_lead_from_the_newest_to_the_oldest(engine: Engine) {
    let operations = engine.open().await.operations;
    for minute in 1..=7 {
        operations.append(&deed(minute)).await.unwrap();
    }
    let mut before = None;
    let mut pages = Vec::new();
    loop {
        let search = Search {
            before,
            ..search(3)
        };
        let page = operations.page(&search).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        pages.push(numbers(&page));
    }
    assert_eq!(pages, [vec![7, 6, 5], vec![4, 3, 2], vec![1]]);
}

async fn a_search_by_kind_and_time_finds_just_those(engine: Engine) {
    let operations = engine.open().await.operations;
    for minute in 1..=8 {
        operations.append(&deed(minute)).await.unwrap();
    }
    let at = |minute: i64| Some(Instant::from_ms(minute * 60_000));
    let kind = |kind: &str| Some(kind.to_owned());
    let cases = [
        ((kind("odd"), None, None), vec![7, 5, 3, 1]),
        ((kind("unheard"), None, None), vec![]),
        ((None, at(3), None), vec![8, 7, 6, 5, 4, 3]),
        ((None, None, at(3)), vec![2, 1]),
        ((None, at(3), at(6)), vec![5, 4, 3]),
        ((kind("even"), at(3), at(7)), vec![6, 4]),
    ];
    for ((kind, from, until), found) in cases {
        let search = Search {
            kind,
            from,
            until,
            ..search(ALL)
        };
        let page = operations.page(&search).await.unwrap();
        assert_eq!(numbers(&page), found, "{search:?}");
    }
}

async fn a_span_of_time_is_paged_by_time(engine: Engine) {
    let operations = engine.open().await.operations;
    // A clock was set back twice: numbers and times do not go together.
    for minute in [5, 6, 2, 3, 7, 1, 6, 4, 8] {
        operations.append(&deed(minute)).await.unwrap();
    }
    let at = |minute: i64| Some(Instant::from_ms(minute * 60_000));
    let mut span = Search {
        from: at(2),
        until: at(8),
        ..search(3)
    };
    let mut pages = Vec::new();
    loop {
        let page = operations.page(&span).await.unwrap();
        let Some(last) = page.last() else { break };
        span.before = Some(last.number);
        pages.push(numbers(&page));
    }
    assert_eq!(pages, [vec![5, 7, 2], vec![1, 8, 4], vec![3]]);
    // A number that nothing has is still a bound.
    span.before = Some(100);
    let page = operations.page(&span).await.unwrap();
    assert_eq!(numbers(&page), [5, 7, 2]);
}

async fn many_at_once_each_get_a_number_of_their_own(engine: Engine) {
    let operations = engine.open().await.operations;
    let deeds: Vec<Deed> = (1..=20).map(deed).collect();
    let given = join_all(deeds.iter().map(|deed| operations.append(deed))).await;
    let mut given: Vec<u64> = given.into_iter().map(Result::unwrap).collect();
    given.sort_unstable();
    assert_eq!(given, (1..=20).collect::<Vec<u64>>());
}

async fn the_database_refuses_to_change_what_was_done(engine: Engine) {
    let operations = engine.open().await.operations;
    operations.make_room().await.unwrap();
    operations.append(&deed(1)).await.unwrap();
    let before = operations.page(&search(ALL)).await.unwrap();
    for change in [
        "UPDATE operations SET by = 'somebody else'",
        "DELETE FROM operations",
        "DELETE FROM operations WHERE number = 99",
    ] {
        let refusal = engine.execute(change).await;
        // SQLite asks row by row: what meets none changes none.
        if let Err(refusal) = refusal {
            assert!(
                refusal.contains("operations are never"),
                "{change}: {refusal}"
            );
        }
    }
    let again = "INSERT INTO operations (number, at_ms, kind, by, detail) \
                 VALUES (1, 60000, 'odd', 'somebody else', '{}')";
    engine.execute(again).await.unwrap_err();
    if matches!(engine, Engine::Sqlite(_)) {
        let replacing = again.replace("INSERT", "INSERT OR REPLACE");
        engine.execute(&replacing).await.unwrap_err();
    }
    assert_eq!(operations.page(&search(ALL)).await.unwrap(), before);
}

async fn a_deed_that_cannot_be_kept_is_refused_and_takes_no_number(engine: Engine) {
    let operations = engine.open().await.operations;
    for bad in [
        Deed::new(Instant::from_ms(0), "k".repeat(65), "admin"),
        Deed::new(Instant::from_ms(0), "kind", "b".repeat(201)),
        deed(1).about("a".repeat(201)),
        deed(1).why("w".repeat(501)),
        deed(1).why("a\0b"),
        deed(1).with("text", "a\0b"),
        deed(1).with("text", "d".repeat(4_096)),
    ] {
        let error = operations.append(&bad).await.unwrap_err();
        assert!(matches!(error, LogError::Invalid(_)), "{error:?}");
    }
    let longest = deed(1).about("襷".repeat(200)).why("襷".repeat(500));
    assert_eq!(operations.append(&longest).await.unwrap(), 1);
}

async fn whatever_the_time_an_operation_is_kept(engine: Engine) {
    let operations = engine.open().await.operations;
    operations.make_room().await.unwrap();
    // Long before any part that was made ahead, and long after.
    for ms in [-1, 4_102_444_800_000, 0] {
        let deed = Deed::new(Instant::from_ms(ms), "odd", "a clock that is wrong");
        operations.append(&deed).await.unwrap();
    }
    // Making room again finds nothing to do, and harms nothing.
    operations.make_room().await.unwrap();
    let page = operations.page(&search(ALL)).await.unwrap();
    assert_eq!(numbers(&page), [3, 2, 1]);
}
