//! A wrong configuration is said in one line, with exit code 2, and leaves
//! nothing behind.

use crate::tasuki::{Folder, Run};

fn refused(folder: &Folder, run: &Run, wanted: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(
        run.stderr.starts_with("tasuki: ") && run.stderr.contains(wanted),
        "wants {wanted}: {run:?}"
    );
    assert!(
        folder.contents().is_empty(),
        "{wanted}: {:?}",
        folder.contents()
    );
}

#[test]
fn a_wrong_flag_is_refused_in_one_line() {
    let folder = Folder::new();
    for (arguments, wanted) in [
        (&["serve", "--listen", "here"][..], "--listen"),
        (&["serve", "--ops-listen", "on"], "write IP:PORT, or off"),
        (&["serve", "--log", "mysql://x"], "sqlite:PATH"),
        (
            &["serve", "--public-url", "timing.local"],
            "https://timing.example.org",
        ),
        (&["serve", "--trusted-proxies", "nginx"], "`nginx` is none"),
        (&["serve", "--trusted-proxies", "10.0.0.0/64"], "10.0.0.0/8"),
        (
            &["serve", "--alert-webhook", "ftp://a.example"],
            "https://alerts.example.org",
        ),
        (
            &["serve", "--otlp-endpoint", "grpc://a:4317"],
            "http://127.0.0.1:4318",
        ),
        (&["serve", "--canary-every", "soon"], "--canary-every"),
        (&["serve", "--limits", "reed=5"], "login, entry, write"),
        (&["serve", "--limits", "read=0"], "NAME=off"),
        (&["serve", "--log-level", "a=b=c"], "error, warn, info"),
        (&["serve", "--log-format", "xml"], "human, json"),
        (&["serve", "--pool-size", "0"], "1..=1000"),
        (&["serve", "--admin-token", "x"], "--admin-token"),
        (&["demo", "--speed", "0"], "or max"),
        (&["replay", "-"], "--to"),
        (&["export", "--race", "Not A Race"], "a race id"),
        (
            &["export", "--race", "x", "--log", "sqlite:absent"],
            "absent",
        ),
        (&["import", "absent.ndjson"], "cannot open absent.ndjson"),
        (&["verify", "absent.ndjson"], "cannot open absent.ndjson"),
        (&["standings"], "FILE"),
        (
            &["replay", "-", "--to", "https://example.org"],
            "https is not supported",
        ),
        (&["fly"], "fly"),
    ] {
        refused(&folder, &folder.run(arguments), wanted);
    }
}

#[test]
fn a_wrong_variable_is_refused_in_one_line() {
    let folder = Folder::new();
    for (variable, value, wanted) in [
        ("TASUKI_LISTEN", "here", "--listen"),
        ("TASUKI_LOG", "sqlite:", "a path is missing"),
        ("TASUKI_ADMIN_TOKEN", "", "not empty"),
        (
            "TASUKI_ADMIN_TOKEN",
            "with spaces in the middle",
            "and punctuation",
        ),
        ("TASUKI_VIEWERS_MAX", "many", "--viewers-max"),
        ("TASUKI_LIMITS", "on", "--limits"),
        ("TASUKI_ALERT_WEBHOOK", "nowhere", "--alert-webhook"),
        ("TASUKI_OTLP_ENDPOINT", "nowhere", "--otlp-endpoint"),
        ("TASUKI_TRUSTED_PROXIES", "", "--trusted-proxies"),
    ] {
        refused(
            &folder,
            &folder.run_with(&[(variable, value)], &["serve"]),
            wanted,
        );
    }
}

#[test]
fn a_flag_wins_over_its_variable() {
    let folder = Folder::new();
    let run = folder.run_with(
        &[("TASUKI_LOG", "sqlite:other")],
        &["export", "--race", "x", "--log", "sqlite:mine"],
    );
    refused(&folder, &run, "mine");
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let folder = Folder::new();
    let run = folder.run(&["serve", "--log", "postgres://me:secret@/x?sslmode=require"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(!run.stderr.contains("secret"), "{run:?}");
}

#[test]
fn replay_needs_a_token_that_is_no_flag() {
    let folder = Folder::new();
    let run = folder.run(&["replay", "-", "--to", "http://127.0.0.1:9"]);
    refused(&folder, &run, "TASUKI_TOKEN");
}

#[test]
fn help_names_every_variable_and_shows_no_value() {
    let run = Folder::new().run_with(
        &[("TASUKI_LOG", "postgres://me:secret@db/x")],
        &["serve", "--help"],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    for wanted in [
        "TASUKI_LISTEN",
        "TASUKI_LOG",
        "TASUKI_ADMIN_TOKEN",
        "127.0.0.1:8080",
        "sqlite:tasuki.sqlite",
    ] {
        assert!(run.stdout.contains(wanted), "{wanted}: {run:?}");
    }
    assert!(!run.stdout.contains("secret"), "{run:?}");
}
