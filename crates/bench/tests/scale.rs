//! The measurement of one server with more and more viewers, in small.

use std::fs;
use std::process::Command;

use serde_json::Value;

#[test]
fn forty_and_eighty_have_everything_and_show_the_standings() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = "--viewers 80,40 --rate 20 --seconds 1 --idle 1";
    let output = Command::new(env!("CARGO_BIN_EXE_scale"))
        .args(settings.split(' '))
        .arg("--out")
        .arg(folder.path())
        .output()
        .expect("the measurement runs");
    // It fails where anything is lost, backwards, closed or shown otherwise.
    assert!(output.status.success(), "{output:?}");
    let json = fs::read_to_string(folder.path().join("scale.json")).expect("results");
    let results: Value = serde_json::from_str(&json).expect("JSON");
    let steps = results["steps"].as_array().expect("steps");
    let viewers: Vec<&Value> = steps.iter().map(|step| &step["viewers"]).collect();
    assert_eq!(viewers, [40, 80]);
    for step in steps {
        let figure = |name: &str| step["median"][name].as_f64().expect("a figure");
        assert_eq!(figure("messages"), 20.0, "{step}");
        assert_eq!(figure("delivered"), figure("expected"), "{step}");
        assert_eq!(figure("states_equal"), figure("states"), "{step}");
        assert!(figure("p99_ms") >= figure("p50_ms"), "{step}");
    }
    let page = fs::read_to_string(folder.path().join("scale.md")).expect("a page");
    assert!(page.contains("| viewers | 40 | 80 |"), "{page}");
    assert!(folder.path().join("scale.svg").is_file());
}
