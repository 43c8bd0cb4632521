//! Two processes on one log: one appends, the others may read.

use serde_json::Value;

use super::audit::{audited, exported};
use super::crew::Crew;
use super::facts::RACE;
use super::place::{Place, on_both_engines};
use super::site::Site;
use super::waiting::{self, aside, until};
use crate::tasuki::Folder;

/// What both are told, in one line.
const WANTED: [&str; 3] = [
    "another process may append to this log (",
    ") and did not stop within 5000 ms",
    "stop it, or use another log",
];

on_both_engines!(
    a_second_writer_is_refused_and_the_first_goes_on,
    a_log_can_be_read_beside_its_server,
);

async fn a_second_writer_is_refused_and_the_first_goes_on(place: Place) {
    let seed = waiting::seed();
    let site = Site::new(place);
    let server = site.serve().await;
    site.create_race().await;
    let crew = Crew::hire(&site, 2, seed);
    let export = site.log().await;
    let refused = ["serve", "import"].map(|command| {
        let (url, export) = (site.place.url(), export.clone());
        aside(move || {
            let folder = Folder::new();
            folder.write("log.ndjson", &export);
            let arguments: &[&str] = match command {
                "serve" => &["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"],
                _ => &["import", "log.ndjson"],
            };
            let variables = [("TASUKI_LOG", url.as_str()), ("TASUKI_LOG_LEVEL", "error")];
            folder.run_with(&variables, arguments)
        })
    });
    for run in futures::future::join_all(refused).await {
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.starts_with("tasuki: "), "{run:?}");
        for wanted in WANTED {
            assert!(run.stderr.contains(wanted), "wants {wanted}: {run:?}");
        }
    }
    let before = crew.ledger.len();
    until("another fact", || async {
        (crew.ledger.len() > before).then_some(())
    })
    .await;
    let ledger = crew.finish().await;
    println!("{ledger}");
    assert_eq!((ledger.unanswered(), ledger.refused().len()), (0, 0));
    assert_eq!(server.terminate().await, Some(0));
    audited(&site, &ledger);
}

async fn a_log_can_be_read_beside_its_server(place: Place) {
    let site = Site::new(place);
    let server = site.serve().await;
    site.create_race().await;
    let crew = Crew::hire(&site, 2, waiting::seed());
    until("some facts", || async {
        (crew.ledger.len() > 50).then_some(())
    })
    .await;
    // In the middle of the work: a whole log, up to some fact.
    exported(&site);
    let ledger = crew.finish().await;
    let url = site.place.url();
    let run = site
        .folder
        .run(&["standings", "--race", RACE, "--log", &url]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let standings: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(standings, site.standings().await);
    audited(&site, &ledger);
    assert!(exported(&site) == site.log().await, "the same bytes");
    assert_eq!(server.terminate().await, Some(0));
}
