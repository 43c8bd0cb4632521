//! The fan-out measurement, in small: its own servers, fifty viewers.

use crate::support::Measured;

#[test]
fn the_yardsticks_lose_nothing_and_the_results_say_so() {
    let settings = "saturated --viewers 50 --seconds 1 --outstanding 2 --rounds 1 \
                    --servers raw,raw-pending,uring,uring-pending,tokio";
    let measured = Measured::by(env!("CARGO_BIN_EXE_fanout"), "fanout", settings);
    let results = measured.results();
    let servers = &results["saturated-50-2"]["servers"];
    for server in servers.as_array().expect("servers") {
        let figure = |name: &str| server["median"][name].as_f64();
        let wrong = ["lost", "backwards", "closed"].map(figure);
        assert_eq!(wrong, [Some(0.0); 3], "{server}");
        assert!(figure("messages") >= Some(10.0), "{server}");
    }
    let page = measured.page();
    assert!(
        page.contains("| raw |") && page.contains("| tokio |"),
        "{page}"
    );
}
