//! The storm, in small.

use crate::support::Measured;

#[test]
fn two_hundred_come_back_after_a_stop_and_after_a_kill() {
    let settings = "--viewers 200";
    // It fails where somebody does not come back or shows another state.
    let measured = Measured::by(env!("CARGO_BIN_EXE_storm"), "storm", settings);
    let results = measured.results();
    assert_eq!(results["figures"]["states_equal"], 200.0);
    assert_eq!(results["storms"].as_array().map(Vec::len), Some(2));
}
