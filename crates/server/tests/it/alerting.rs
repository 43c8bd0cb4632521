//! What an operator is told, and when: the rules and the dashboard of `deploy`, held
//! against what a server prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::describing::tools::{provided, run};
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::secure::Secure;
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::until;
use crate::support::viewer::Viewer;

on_both_engines!(every_metric_that_rules_and_dashboard_name_is_printed);

const RULES: &str = "prometheus/tasuki.rules.yml";
const DASHBOARD: &str = "grafana/tasuki.json";

/// What every alert has, and in every rule.
const MEMBERS: [&str; 4] = ["severity: ", "summary: ", "description: ", "runbook_url: "];

fn deploy(path: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../../deploy").join(path)
}

fn read(path: &str) -> String {
    let path = deploy(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The stories that are told to the rules.
fn stories() -> Vec<PathBuf> {
    let stories = fs::read_dir(deploy("prometheus/tests")).expect("a folder");
    let stories: Vec<_> = stories.map(|entry| entry.expect("a file").path()).collect();
    assert!(!stories.is_empty());
    stories
}

fn promtool(task: [&str; 2], files: &[PathBuf]) {
    let mut command = Command::new(provided("TASUKI_TEST_PROMTOOL"));
    run(command.args(task).args(files)).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn rules_and_configuration_are_well_formed() {
    promtool(["check", "rules"], &[deploy(RULES)]);
    promtool(["check", "config"], &[deploy("prometheus/prometheus.yml")]);
}

#[test]
fn every_alert_fires_when_it_is_to_and_clears_afterwards() {
    promtool(["test", "rules"], &stories());
}

/// The rules, each from its name to the next.
fn alerts(rules: &str) -> Vec<(&str, &str)> {
    let rules = rules.split("- alert: ").skip(1);
    rules
        .map(|rule| rule.split_once('\n').expect("a rule"))
        .collect()
}

#[test]
fn every_alert_is_explained_and_has_a_story() {
    let rules = read(RULES);
    let stories: String = stories()
        .iter()
        .map(|path| fs::read_to_string(path).expect("a story"))
        .collect();
    for (alert, rule) in alerts(&rules) {
        for member in MEMBERS {
            assert!(rule.contains(member), "{alert} has no {member}");
        }
        let told = format!("alertname=\"{alert}\"");
        assert!(stories.contains(&told), "{alert} has no story");
        let (_, rest) = rule.split_once("runbook_url: deploy/").expect("an address");
        let runbook = rest.lines().next().expect("an address");
        let text = read(runbook);
        assert!(text.contains(alert), "{runbook} does not name {alert}");
    }
}

#[test]
fn every_alert_that_a_runbook_names_is_there() {
    let rules = read(RULES);
    let known: BTreeSet<_> = alerts(&rules).into_iter().map(|(name, _)| name).collect();
    for runbook in fs::read_dir(deploy("runbooks")).expect("a folder") {
        let text = fs::read_to_string(runbook.expect("a file").path()).expect("a runbook");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| word.starts_with("Tasuki")) {
            assert!(known.contains(word), "there is no alert {word}");
        }
    }
}

#[test]
fn the_dashboard_shows_every_subject_without_a_gap() {
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let of_kind = |row: bool| {
        panels
            .iter()
            .filter(move |panel| (panel["type"] == "row") == row)
    };
    let rows: Vec<_> = of_kind(true)
        .filter_map(|row| row["title"].as_str())
        .collect();
    let subjects = [
        "Entry",
        "Log",
        "Standings and viewers",
        "Process",
        "Database",
        "Canary and alerts",
    ];
    assert_eq!(rows, subjects);
    let ids: BTreeSet<_> = panels
        .iter()
        .filter_map(|panel| panel["id"].as_u64())
        .collect();
    assert_eq!(ids.len(), panels.len());
    for panel in of_kind(false) {
        let texts = [
            &panel["title"],
            &panel["description"],
            &panel["targets"][0]["expr"],
        ];
        let is_told = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty());
        assert!(texts.into_iter().all(is_told), "{panel}");
    }
}

/// The names of metrics in a text.
fn named(text: &str) -> BTreeSet<&str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c: char| !is_of_name(c));
    words
        .filter(|word| word.starts_with("tasuki_") || word.starts_with("process_"))
        .collect()
}

/// The names of the samples that a server prints.
fn printed(metrics: &str) -> BTreeSet<&str> {
    let samples = metrics.lines().filter(|line| !line.starts_with('#'));
    samples
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect()
}

async fn every_metric_that_rules_and_dashboard_name_is_printed(engine: Engine) {
    let server = Server::start_with(&engine, with_operations()).await;
    server.create(&relay()).await.ok(201);
    let _viewer = Viewer::join(&server, "").await;
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let mut texts = vec![read(RULES), read(DASHBOARD)];
    texts.extend(
        stories()
            .iter()
            .map(|path| fs::read_to_string(path).expect("a story")),
    );
    let named: BTreeSet<_> = texts.iter().flat_map(|text| named(text)).collect();
    assert!(named.len() > 50, "{named:?}");
    // What only a server prints that speaks TLS.
    let secure = Secure::start().await;
    secure.ask(&[], "/health").ok();
    let of_tls = secure.server.operate("/metrics").await;
    until("a tick", || async {
        let metrics = server.operate("/metrics").await;
        let printed = &printed(metrics.text()) | &printed(of_tls.text());
        // What a tick counts is there after the first.
        printed.contains("tasuki_shown_lag_seconds_count").then(|| {
            let missing: Vec<_> = named.difference(&printed).collect();
            assert!(missing.is_empty(), "{missing:?} of {printed:#?}");
        })
    })
    .await;
}
