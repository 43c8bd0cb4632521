//! Schemathesis makes requests from the document, good and bad ones, sends
//! them to a real server, and holds every answer against the document.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::describing::exchange::operations;
use crate::describing::guide::scratch;
use crate::describing::tools::{python, run};
use crate::support::engine::{Engine, on_both_engines};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    no_request_finds_a_fault,
    no_request_for_a_switch_finds_a_fault,
);

/// Sets switches: whatever else is tested meanwhile would be refused.
const SWITCHES: &str = "changeSetting";

async fn no_request_finds_a_fault(engine: Engine) {
    // All but the stream and the switches.
    let left_out = ["--exclude-operation-id", "watchRace"];
    let left_out = [&left_out[..], &["--exclude-operation-id", SWITCHES]].concat();
    find_faults(&engine, &left_out, operations().len() - 2).await;
}

async fn no_request_for_a_switch_finds_a_fault(engine: Engine) {
    // Alone it leads nowhere, so there is no story of several requests.
    let which = ["--include-operation-id", SWITCHES];
    let which = [&which[..], &["--phases", "examples,coverage,fuzzing"]].concat();
    find_faults(&engine, &which, 1).await;
}

async fn find_faults(engine: &Engine, which: &[&str], count: usize) {
    let python = python();
    let server = Server::start(engine).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    // From a file: the address that a document comes from is not tested.
    let memory = scratch(&format!("schemathesis-{}", server.address().port()));
    let document = memory.join("openapi.json");
    fs::write(&document, tasuki_server::openapi().to_string()).expect("the document");
    let mut command = Command::new(python.with_file_name("schemathesis"));
    command
        // Where it keeps what it remembers between runs, which must be nothing.
        .current_dir(&memory)
        .env("TASUKI_TEST_TOKEN", ADMIN)
        .args(["--no-color", "--config-file"])
        .arg(folder.join("schemathesis.toml"))
        .arg("run")
        .arg(&document)
        .args(["--url", server.url("/").as_str()])
        .args(which)
        .arg("--continue-on-failure");
    let outcome = tokio::task::spawn_blocking(move || run(&mut command)).await;
    match outcome.expect("schemathesis runs") {
        Ok(said) => {
            let tested = format!("Tested: {count}");
            let is_there = said.lines().any(|line| line.trim() == tested);
            assert!(is_there, "not all were tested:\n{said}");
        }
        Err(said) => panic!("{said}"),
    }
    let _ = fs::remove_dir_all(memory);
    server.stop().await;
}
