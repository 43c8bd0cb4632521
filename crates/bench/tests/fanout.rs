//! The fan-out measurement, in small: its own servers, fifty viewers.

use std::fs;
use std::process::Command;

use serde_json::Value;

#[test]
fn the_yardsticks_lose_nothing_and_the_results_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = "saturated --viewers 50 --seconds 1 --outstanding 2 --rounds 1";
    let output = Command::new(env!("CARGO_BIN_EXE_fanout"))
        .args(settings.split(' '))
        .args([
            "--servers",
            "raw,raw-pending,uring,uring-pending,tokio",
            "--out",
        ])
        .arg(folder.path())
        .output()
        .expect("the measurement runs");
    assert!(output.status.success(), "{output:?}");
    let json = fs::read_to_string(folder.path().join("fanout.json")).expect("results");
    let results: Value = serde_json::from_str(&json).expect("JSON");
    let servers = &results["saturated-50-2"]["servers"];
    for server in servers.as_array().expect("servers") {
        let figure = |name: &str| server["median"][name].as_f64();
        let wrong = ["lost", "backwards", "closed"].map(figure);
        assert_eq!(wrong, [Some(0.0); 3], "{server}");
        assert!(figure("messages") >= Some(10.0), "{server}");
    }
    let page = fs::read_to_string(folder.path().join("fanout.md")).expect("a page");
    assert!(
        page.contains("| raw |") && page.contains("| tokio |"),
        "{page}"
    );
}
