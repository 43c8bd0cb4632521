//! What `deploy` gives to operators: every name, path, port and setting in it is one
//! that there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::tasuki::Folder;

/// Exposure of the service by systemd's own reckoning, tenths: "OK" ends at 40.
const EXPOSURE_MAX: &str = "20";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn read(path: &str) -> String {
    let path = repository(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The program that a variable names.
fn provided(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(program) => program.into(),
        None => panic!("{variable} is not set; `cargo xtask test` sets it"),
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

/// A file of YAML, as Python reads it.
fn yaml(path: &str) -> Value {
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let mut python = Command::new(provided("TASUKI_TEST_PYTHON"));
    let text = run(python.args(["-c", script]).arg(repository(path)));
    serde_json::from_str(&text).expect("JSON")
}

/// Every `TASUKI_…` in a text.
fn variables(text: &str) -> BTreeSet<&str> {
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let words = text.split(|c| !is_of_name(c));
    words.filter(|word| word.starts_with("TASUKI_")).collect()
}

#[test]
fn every_setting_that_is_deployed_is_one_that_there_is() {
    let reference = read("docs/configuration.md");
    let known = variables(&reference);
    // Read by compose itself, and by Caddy.
    let theirs = ["TASUKI_PORT", "TASUKI_SITE", "TASUKI_UPSTREAM"];
    let mut seen = BTreeSet::new();
    for file in [
        "deploy/README.md",
        "deploy/upgrading.md",
        "deploy/container/Containerfile",
        "deploy/compose/compose.yaml",
        "deploy/compose/example.env",
        "deploy/systemd/tasuki.service",
        "deploy/systemd/tasuki.env",
        "deploy/caddy/Caddyfile",
        "deploy/nginx/tasuki.conf",
    ] {
        for variable in variables(&read(file)) {
            let is_known = known.contains(variable) || theirs.contains(&variable);
            assert!(is_known, "{file}: there is no {variable}");
            seen.insert(variable.to_owned());
        }
    }
    assert!(seen.len() > 8, "{seen:?}");
}

/// The value of `ENV` in the container file.
fn container_setting(name: &str) -> String {
    let file = read("deploy/container/Containerfile");
    let (_, rest) = file.split_once(&format!("{name}=")).expect("it is set");
    let value = rest.split_whitespace().next().expect("a value");
    value.to_owned()
}

#[test]
fn the_container_runs_one_static_program_for_nobody_and_asks_how_it_is() {
    let file = read("deploy/container/Containerfile");
    let (_, image) = file.split_once("FROM scratch").expect("an empty image");
    assert!(image.contains("USER 65532:65532"));
    assert!(file.contains("+crt-static"));
    let port = |setting: &str| {
        let value = container_setting(setting);
        value.rsplit_once(':').expect("a port").1.to_owned()
    };
    let (public, ops) = (port("TASUKI_LISTEN"), port("TASUKI_OPS_LISTEN"));
    assert!(image.contains(&format!("EXPOSE {public} {ops}")));
    let (_, check) = image.split_once("CMD [").expect("a health check");
    let words: Value = check
        .lines()
        .next()
        .and_then(|line| serde_json::from_str(&format!("[{line}")).ok())
        .expect("a list");
    let words: Vec<_> = words.as_array().expect("a list").iter().map(text).collect();
    assert_eq!(
        words[1..],
        ["health", &format!("http://127.0.0.1:{ops}/health")]
    );
    // It is a command that there is, and nobody answers there now.
    let folder = Folder::new();
    let run = folder.run(&["health", "http://127.0.0.1:9/health"]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn what_compose_mounts_builds_and_waits_for_is_there() {
    let compose = yaml("deploy/compose/compose.yaml");
    let services = compose["services"].as_object().expect("services");
    let names: Vec<_> = services.keys().collect();
    assert_eq!(names, ["grafana", "postgres", "prometheus", "tasuki"]);
    let volumes = compose["volumes"].as_object().expect("volumes");
    let here = repository("deploy/compose");
    for (name, service) in services {
        for volume in service["volumes"].as_array().expect("volumes") {
            let volume = text(volume);
            let (from, _) = volume.split_once(':').expect("a place");
            let is_there = match from.starts_with('.') {
                true => here.join(from).exists(),
                false => volumes.contains_key(from),
            };
            assert!(is_there, "{name}: {volume}");
        }
        let waits_for = match &service["depends_on"] {
            Value::Object(others) => others.keys().cloned().collect(),
            Value::Array(others) => others.iter().map(text).collect(),
            _ => Vec::new(),
        };
        for other in waits_for {
            assert!(services.contains_key(&other), "{name} waits for {other}");
        }
        assert!(
            service["image"].is_string() && service["restart"].is_string(),
            "{name}"
        );
    }
    let build = &services["tasuki"]["build"];
    let context = here.join(text(&build["context"]));
    assert!(context.join("Cargo.lock").exists());
    assert!(context.join(text(&build["dockerfile"])).exists());
    let tasuki = &services["tasuki"];
    assert_eq!(tasuki["read_only"], true);
    assert_eq!(tasuki["cap_drop"][0], "ALL");
    let database = text(&tasuki["environment"]["TASUKI_LOG"]);
    assert!(database.ends_with("@postgres:5432/tasuki"), "{database}");
    let port = text(&tasuki["ports"][0]);
    let inside = container_setting("TASUKI_LISTEN");
    assert_eq!(port.rsplit(':').next(), inside.rsplit(':').next());
    // Whatever must be filled in stands in the example.
    let wanted = read("deploy/compose/compose.yaml");
    let wanted = wanted
        .split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once(":?"));
    let example = read("deploy/compose/example.env");
    for (variable, _) in wanted {
        assert!(example.contains(&format!("\n{variable}=")), "{variable}");
    }
}

#[test]
fn prometheus_and_grafana_find_each_other_and_tasuki() {
    let scrape = yaml("deploy/compose/prometheus.yml");
    let target = &scrape["scrape_configs"][0];
    let ops = container_setting("TASUKI_OPS_LISTEN");
    let (_, port) = ops.rsplit_once(':').expect("a port");
    assert_eq!(target["job_name"], "tasuki");
    assert_eq!(
        target["static_configs"][0]["targets"][0],
        format!("tasuki:{port}")
    );
    let rules = text(&scrape["rule_files"][0]);
    let folder = tempfile::tempdir().expect("a folder");
    let copy = |from: &str, to: &str| {
        fs::copy(repository(from), folder.path().join(to)).expect("is copied");
    };
    copy("deploy/compose/prometheus.yml", "prometheus.yml");
    copy("deploy/prometheus/tasuki.rules.yml", &rules);
    let mut promtool = Command::new(provided("TASUKI_TEST_PROMTOOL"));
    let config = folder.path().join("prometheus.yml");
    run(promtool.args(["check", "config"]).arg(config));
    let sources = yaml("deploy/grafana/provisioning/datasources/prometheus.yml");
    assert_eq!(sources["datasources"][0]["url"], "http://prometheus:9090");
    let boards = yaml("deploy/grafana/provisioning/dashboards/tasuki.yml");
    let folder = text(&boards["providers"][0]["options"]["path"]);
    let mounted = format!("../grafana/tasuki.json:{folder}/tasuki.json:ro");
    assert!(read("deploy/compose/compose.yaml").contains(&mounted));
}

/// The unit, with a program that there is on this machine.
fn unit(folder: &Folder) -> PathBuf {
    let unit = read("deploy/systemd/tasuki.service");
    let program = "ExecStart=/usr/local/bin/tasuki serve";
    assert!(unit.contains(program));
    let ours = format!("ExecStart={} serve", env!("CARGO_BIN_EXE_tasuki"));
    folder.write("tasuki.service", &unit.replace(program, &ours));
    folder.path("tasuki.service")
}

#[test]
fn systemd_understands_the_unit_and_finds_it_little_exposed() {
    let folder = Folder::new();
    let unit = unit(&folder);
    let analyze = || Command::new(provided("TASUKI_TEST_SYSTEMD_ANALYZE"));
    let said = run(analyze()
        .args(["verify", "--recursive-errors=no", "--man=no"])
        .arg(&unit));
    assert!(!said.contains("tasuki.service"), "{said}");
    run(analyze()
        .args([
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold",
            EXPOSURE_MAX,
        ])
        .arg(&unit));
}

#[test]
fn the_unit_waits_as_long_as_the_program_takes() {
    let unit = read("deploy/systemd/tasuki.service");
    let seconds = |name: &str| {
        let (_, rest) = unit.split_once(&format!("\n{name}=")).expect("it is set");
        let value = rest.lines().next().expect("a value");
        value.trim_end_matches('s').parse::<u64>().expect("seconds")
    };
    // A stop takes 10 s at most, and the program gives three signs in that time.
    assert!(seconds("TimeoutStopSec") > 10);
    assert!(seconds("WatchdogSec") >= 15);
    assert!(unit.contains("\nType=notify\n") && unit.contains("\nRestart=on-failure\n"));
}
