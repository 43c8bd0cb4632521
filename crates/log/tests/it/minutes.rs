//! Minutes are kept, added to, read in order and forgotten.

use futures::future::join_all;
use tasuki_log::{MINUTE_MS, MINUTES_PAGE_MAX, Minute};
use tasuki_race::Instant;

use crate::engine::{Engine, on_both_engines};

on_both_engines!(
    a_minute_of_two_processes_is_one,
    minutes_are_read_in_order_a_day_at_a_time_and_forgotten,
);

fn minute(number: i64) -> Minute {
    Minute {
        requests: 10,
        p95_ms: 7,
        ..Minute::of(Instant::from_ms(number * MINUTE_MS + 59_999))
    }
}

fn at(number: i64) -> Instant {
    Instant::from_ms(number * MINUTE_MS)
}

async fn a_minute_of_two_processes_is_one(engine: Engine) {
    let kept = engine.open().await.operations;
    let first = Minute {
        at_ms: 7 * MINUTE_MS,
        requests: 1,
        failed: 2,
        turned_away: 3,
        p95_ms: 4,
        viewers: 5,
        facts: 6,
        append_p99_ms: 7,
        shown_p99_ms: 8,
        commit_failures: 9,
        pool_in_use: 10,
        pool_max: 11,
    };
    kept.keep_minute(&first).await.unwrap();
    assert_eq!(
        kept.minutes(at(7), at(8)).await.unwrap(),
        std::slice::from_ref(&first)
    );
    let second = Minute {
        p95_ms: 1,
        viewers: 50,
        append_p99_ms: 70,
        shown_p99_ms: 1,
        pool_in_use: 1,
        pool_max: 20,
        ..first.clone()
    };
    kept.keep_minute(&second).await.unwrap();
    let both = Minute {
        requests: 2,
        failed: 4,
        turned_away: 6,
        viewers: 50,
        facts: 12,
        append_p99_ms: 70,
        commit_failures: 18,
        pool_max: 20,
        ..first
    };
    assert_eq!(kept.minutes(at(7), at(8)).await.unwrap(), [both]);
    assert_eq!(kept.minutes(at(8), at(99)).await.unwrap(), []);
}

async fn minutes_are_read_in_order_a_day_at_a_time_and_forgotten(engine: Engine) {
    let kept = engine.open().await.operations;
    let last = i64::from(MINUTES_PAGE_MAX) + 2;
    let all: Vec<Minute> = (0..=last).rev().map(minute).collect();
    // Side by side: the database syncs for several at once.
    let keeping = join_all(all.iter().map(|minute| kept.keep_minute(minute)));
    for kept in keeping.await {
        kept.unwrap();
    }
    let page = kept.minutes(at(1), at(last)).await.unwrap();
    assert_eq!(page.len(), MINUTES_PAGE_MAX as usize);
    assert_eq!(page[0], minute(1));
    let rest = kept.minutes(page[page.len() - 1].end(), at(last)).await;
    assert_eq!(rest.unwrap(), [minute(last - 1)]);
    kept.forget_minutes(at(last)).await.unwrap();
    let left = kept.minutes(at(0), at(last + 1)).await.unwrap();
    assert_eq!(left, [minute(last)]);
}
