//! The measurement of one server with more and more viewers, in small.

use serde_json::Value;

use crate::support::Measured;

#[test]
fn forty_and_eighty_have_everything_and_show_the_standings() {
    let settings = "--viewers 80,40 --rate 20 --seconds 1 --idle 1";
    // It fails where anything is lost, backwards, closed or shown otherwise.
    let measured = Measured::by(env!("CARGO_BIN_EXE_scale"), "scale", settings);
    let results = measured.results();
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
    let page = measured.page();
    assert!(page.contains("| viewers | 40 | 80 |"), "{page}");
    assert!(measured.is_drawn());
}
