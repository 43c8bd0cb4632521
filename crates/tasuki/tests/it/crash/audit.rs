//! The log, compared with what was acknowledged.

use std::collections::BTreeSet;

use serde_json::Value;

use super::facts::RACE;
use super::ledger::Ledger;
use super::site::Site;

/// The log as it is exported, after it was verified; also in the file
/// `log.ndjson`.
pub(crate) fn exported(site: &Site) -> String {
    let url = site.place.url();
    let export = [
        "export",
        "--race",
        RACE,
        "--log",
        &url,
        "--out",
        "log.ndjson",
    ];
    for arguments in [&export[..], &["verify", "log.ndjson"]] {
        let run = site.folder.run(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    site.folder.read("log.ndjson")
}

/// Exports and verifies the log, and holds it against the ledger: every
/// acknowledged fact stands at its place, and nothing that was never sent.
/// Gives the lines.
pub(crate) fn audited(site: &Site, ledger: &Ledger) -> Vec<Value> {
    let text = exported(site);
    let line = |line| serde_json::from_str(line).expect("a JSON object");
    let lines: Vec<Value> = text.lines().map(line).collect();
    let mut ids = BTreeSet::new();
    for (line, seq) in lines.iter().zip(1_u64..) {
        assert_eq!(line["seq"], seq, "a gap: {line}");
        assert!(ids.insert(line["event"]["id"].to_string()), "twice: {line}");
        let known = seq == 1 || ledger.was_sent(&line["event"]);
        assert!(known, "nobody sent this: {line}");
    }
    for (seq, fact) in ledger.facts() {
        let index = usize::try_from(seq - 1).expect("a short log");
        let found = lines.get(index).map(|line| &line["event"]);
        assert_eq!(found, Some(&fact), "acknowledged as {seq}");
    }
    lines
}
