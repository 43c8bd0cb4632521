//! What happens in the race: enough for every second to bring a diff, and
//! nothing that lasts, so that what grows is the server's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use tasuki_bench::recorder::Recorder;
use tasuki_bench::relay;

/// Between two requests at most while it settles: what is kept for who was away for
/// a moment is to have its full size before anything is compared.
const EVERY_AT_FIRST: Duration = Duration::from_millis(200);
/// So many facts are sure to fill it: a request is a frame, of 1,024 that the server
/// keeps, and most requests are two facts.
pub(crate) const FULL_FACTS: u64 = 2 * 1_100;
/// A passage is withdrawn after so many others: half of the teams have passed.
const WITHDRAWN_AFTER: u32 = relay::TEAMS / 2;
/// The race has one checkpoint that anybody comes to, and a few more.
const PASSAGES: u32 = relay::TEAMS * 3;

/// What every other team belongs to.
pub(crate) const CATEGORY: &str = "even";

/// Begins the race.
pub(crate) async fn begin(address: &str) -> Result<Recorder> {
    let recorder = Recorder::new(address, relay::RACE);
    recorder.begin(&definition()).await?;
    Ok(recorder)
}

fn definition() -> Value {
    let mut definition = relay::definition(PASSAGES);
    definition["categories"] = json!([{"id": CATEGORY, "name": "Even bibs"}]);
    let entries = definition["entries"].as_array_mut().into_iter().flatten();
    for entry in entries.skip(1).step_by(2) {
        entry["categories"] = json!([CATEGORY]);
    }
    definition
}

/// Records until the end, more while the server settles; gives the number of the
/// last fact, which `seq` shows meanwhile.
pub(crate) async fn record(
    recorder: Recorder,
    every: Duration,
    settled: Instant,
    until: Instant,
    seq: Arc<AtomicU64>,
) -> Result<u64> {
    for number in 1.. {
        let last = recorder.record(&facts(number)).await?;
        seq.store(last, Ordering::Relaxed);
        let now = Instant::now();
        if now >= until {
            return Ok(last);
        }
        let is_settled = now >= settled;
        let at_first = every.min(EVERY_AT_FIRST);
        tokio::time::sleep(if is_settled { every } else { at_first }).await;
    }
    unreachable!("numbers do not end")
}

/// The passage of that number, from 1, and the withdrawal of an earlier one.
fn facts(number: u32) -> Vec<Value> {
    let team = (number - 1) % relay::TEAMS + 1;
    let minute = number / 60;
    let passage = json!({
        "id": passage_id(number), "type": "passage_recorded", "bib": team.to_string(),
        "checkpoint": "c1",
        "time": format!("2026-01-02T{:02}:{:02}:{:02}Z", minute / 60 % 24, minute % 60, number % 60),
    });
    let withdrawn = number.checked_sub(WITHDRAWN_AFTER).filter(|it| *it > 0);
    let withdrawal = withdrawn.map(|earlier| {
        json!({
            "id": format!("0198c0de-0002-7000-8000-{number:012x}"), "type": "event_voided",
            "event": passage_id(earlier), "reason": "to begin anew",
        })
    });
    [passage].into_iter().chain(withdrawal).collect()
}

fn passage_id(number: u32) -> String {
    format!("0198c0de-0001-7000-8000-{number:012x}")
}
