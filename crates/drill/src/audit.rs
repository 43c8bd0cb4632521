//! After a drill: is every acknowledged passage in the log, once, and does everybody show
//! what the standings say?

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::Value;
use tasuki_bench::recorder::Recorder;
use tasuki_bench::relay;
use tasuki_bench::server::Server;

use crate::ledger::Ledger;
use crate::runbook::Block;
use crate::shell::{Environment, execute};
use crate::site::Site;

/// Facts that are sent to the undisturbed server at once.
const BATCH: usize = 500;

/// What came of the passages.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Facts {
    /// Acknowledged, to a tablet or to who brought the paper.
    pub(crate) acknowledged: usize,
    /// Of these, the ones that are not in the log.
    pub(crate) lost: usize,
    /// More of them in force than were seen on the road.
    pub(crate) doubled: usize,
}

/// Exports the log and has it verified, with the program itself; then counts.
pub(crate) fn facts(site: &Site, environment: &Environment, ledger: &Ledger) -> Result<Facts> {
    let commands =
        "rm -f after.ndjson; tasuki export --out after.ndjson; tasuki verify after.ndjson";
    let commands = commands.to_owned();
    execute(&Block { line: 1, commands }, environment, site.path())?;
    let log = fs::read_to_string(site.path().join("after.ndjson"))?;
    let lines: Result<Vec<Value>, _> = log.lines().map(serde_json::from_str).collect();
    let seen = passages(&lines?);
    let account = ledger.account();
    let known = account.acknowledged.keys().copied();
    let acknowledged: Vec<u32> = known.chain(ledger.on_paper()).collect();
    let keys = acknowledged
        .iter()
        .map(|number| key(&relay::passage(*number)));
    Ok(Facts {
        acknowledged: acknowledged.len(),
        lost: keys.filter(|key| !seen.contains_key(key)).count(),
        doubled: seen.values().map(|count| count - 1).sum(),
    })
}

/// Who was seen where, and how often; what was voided is left out.
fn passages(lines: &[Value]) -> BTreeMap<(String, String), usize> {
    let events = || lines.iter().map(|line| &line["event"]);
    let of = |kind: &'static str| events().filter(move |event| event["type"] == kind);
    let voided: Vec<&Value> = of("event_voided").map(|event| &event["event"]).collect();
    let mut seen = BTreeMap::new();
    for event in of("passage_recorded").filter(|event| !voided.contains(&&event["id"])) {
        *seen.entry(key(event)).or_default() += 1;
    }
    seen
}

fn key(event: &Value) -> (String, String) {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    (text("bib"), text("checkpoint"))
}

/// The entries of the standings of a race in which nothing went wrong: another server,
/// told the same passages.
pub(crate) async fn undisturbed(passages: u32) -> Result<Value> {
    let server = Server::start(10)?;
    let recorder = Recorder::new(&server.address, relay::RACE);
    recorder
        .begin(&relay::definition(relay::PASSAGES_MAX))
        .await?;
    let facts: Vec<Value> = (1..=passages).map(relay::passage).collect();
    for batch in facts.chunks(BATCH) {
        recorder.record(batch).await?;
    }
    let standings = tasuki_bench::standings::standings(&server.address, "").await?;
    let entries = standings.get("entries").context("entries")?;
    ensure!(entries.is_object(), "entries");
    Ok(entries.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(id: &str, bib: &str) -> Value {
        json!({"event": {"type": "passage_recorded", "id": id, "bib": bib, "checkpoint": "c1"}})
    }

    #[test]
    fn what_was_voided_is_no_passage_and_what_came_twice_counts_twice() {
        let void = json!({"event": {"type": "event_voided", "event": "b"}});
        let seen = passages(&[line("a", "1"), line("b", "2"), void, line("c", "1")]);
        let expected = BTreeMap::from([(("1".to_owned(), "c1".to_owned()), 2)]);
        assert_eq!(seen, expected);
    }
}
