//! A device's clock is ten minutes slow, and nobody noticed.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tasuki_bench::relay;

use super::Drill;
use crate::stage::Stage;

/// Passages that it records.
const PASSAGES: u32 = 20;
/// A decoder of another maker, which does not ask the server for the time.
const DEVICE: &str = "Decoder";
const SLOW_BY_MINUTES: u32 = 10;

pub(super) const DRILL: Drill = Drill {
    name: "clock",
    what: "a decoder whose clock is ten minutes slow; its passages are put right",
    follows: &[
        "clock/look",
        "clock/odd",
        "clock/devices",
        "clock/shift",
        "clock/over",
    ],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let admin = stage.load.admin.clone();
    let decoder = stage.wait(admin.admitted(DEVICE))?;
    let passages = stage.load.ledger.take(PASSAGES);
    stage.breaks("a decoder records with a clock that is ten minutes slow");
    let events: Vec<Value> = passages
        .iter()
        .map(|it| slow(relay::passage(*it)))
        .collect();
    let path = format!("api/races/{}/events", relay::RACE);
    let body = json!({ "events": events });
    let sent = decoder.post(&path, &body, 200);
    let answer = stage.wait(sent)?;
    let results = answer["results"].as_array().context("results")?;
    let seqs = results.iter().filter_map(|it| it["seq"].as_u64());
    stage
        .load
        .ledger
        .acknowledge(passages.iter().copied().zip(seqs));
    let within = Duration::from_secs(10);
    stage.sees("odd passages wait on the review list", within, |stage| {
        Ok(stage.follow("clock/odd")?.contains("Decoder"))
    })?;
    stage.follow("clock/look")?;
    let devices = stage.follow("clock/devices")?;
    let line = devices.lines().find(|line| line.contains(DEVICE));
    let id = line.and_then(|line| line.split_whitespace().next());
    stage.knows("TASUKI_DEVICE", id.context("its id")?.to_owned());
    stage.knows("TASUKI_SHIFT_S", (SLOW_BY_MINUTES * 60).to_string());
    stage.recovers();
    stage.follow_to_see("clock/shift", &["20 passages"])?;
    stage.recovered()?;
    stage.follow_to_see("clock/over", &["0"])?;
    Ok(())
}

/// The passage as that clock tells it.
fn slow(mut passage: Value) -> Value {
    let text = passage["time"].as_str().unwrap_or_default().to_owned();
    // `2026-01-02T10:20:30.000+09:00`, and never before one in the morning.
    let (head, rest) = text.split_at(11);
    let hour: u32 = rest[..2].parse().unwrap_or(0);
    let minute: u32 = rest[3..5].parse().unwrap_or(0);
    let at = (hour + 24) * 60 + minute - SLOW_BY_MINUTES;
    let (hour, minute) = (at / 60 % 24, at % 60);
    passage["time"] = format!("{head}{hour:02}:{minute:02}{}", &rest[5..]).into();
    passage
}
