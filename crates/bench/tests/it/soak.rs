//! The soak, in small: what a quarter of a minute can show.

use crate::support::Measured;

#[test]
fn a_hundred_come_and_go_and_show_the_standings() {
    let settings = "--minutes 0.25 --viewers 100 --stay 1";
    // It fails where a visitor is refused, hung up on, led back or shown
    // another state.
    let measured = Measured::by(env!("CARGO_BIN_EXE_soak"), "soak", settings);
    let results = measured.results();
    let figure = |name: &str| results["figures"][name].as_f64().expect("a figure");
    assert!((figure("states_equal") - 100.0).abs() < f64::EPSILON);
    assert!(figure("visits") > 150.0, "{}", figure("visits"));
    assert!(figure("resumed") > 30.0, "{}", figure("resumed"));
    assert!(measured.is_drawn());
}
