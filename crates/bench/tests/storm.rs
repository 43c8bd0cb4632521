//! The storm, in small.

use std::fs;
use std::process::Command;

use serde_json::Value;

#[test]
fn two_hundred_come_back_after_a_stop_and_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_storm"))
        .args(["--viewers", "200", "--out"])
        .arg(folder.path())
        .output()
        .expect("the measurement runs");
    // It fails where somebody does not come back or shows another state.
    assert!(output.status.success(), "{output:?}");
    let json = fs::read_to_string(folder.path().join("storm.json")).expect("results");
    let results: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(results["figures"]["states_equal"], 200.0);
    assert_eq!(results["storms"].as_array().map(Vec::len), Some(2));
}
