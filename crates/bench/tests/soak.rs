//! The soak, in small: what a quarter of a minute can show.

use std::fs;
use std::process::Command;

use serde_json::Value;

#[test]
fn a_hundred_come_and_go_and_show_the_standings() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = "--minutes 0.25 --viewers 100 --stay 1";
    let output = Command::new(env!("CARGO_BIN_EXE_soak"))
        .args(settings.split(' '))
        .arg("--out")
        .arg(folder.path())
        .output()
        .expect("the measurement runs");
    // It fails where a visitor is refused, hung up on, led back or shown
    // another state.
    assert!(output.status.success(), "{output:?}");
    let json = fs::read_to_string(folder.path().join("soak.json")).expect("results");
    let results: Value = serde_json::from_str(&json).expect("JSON");
    let figure = |name: &str| results["figures"][name].as_f64().expect("a figure");
    assert!((figure("states_equal") - 100.0).abs() < f64::EPSILON);
    assert!(figure("visits") > 150.0, "{}", figure("visits"));
    assert!(figure("resumed") > 30.0, "{}", figure("resumed"));
    assert!(folder.path().join("soak.svg").is_file());
}
