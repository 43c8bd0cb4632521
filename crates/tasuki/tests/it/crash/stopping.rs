//! A planned stop in the middle of the work.

use super::audit::audited;
use super::crew::Crew;
use super::place::{Place, on_both_engines};
use super::site::Site;
use super::waiting;
use super::watcher::Watching;

/// Devices that record at the same time.
const WRITERS: u64 = 8;
/// Spectators.
const WATCHERS: usize = 4;
/// When the work is in full swing.
const FACTS: u64 = 100;
/// All of them but what may be under way: six facts of each device.
const ACKNOWLEDGED_MIN: usize = 50;

on_both_engines!(a_terminated_server_says_goodbye_and_loses_nothing_that_it_acknowledged);

async fn a_terminated_server_says_goodbye_and_loses_nothing_that_it_acknowledged(place: Place) {
    let seed = waiting::seed();
    let site = Site::new(place);
    let server = site.serve().await;
    site.create_race().await;
    let crew = Crew::hire(&site, WRITERS, seed);
    let mut watching: Vec<Watching> = (0..WATCHERS).map(|_| Watching::start(&site)).collect();
    for watcher in &mut watching {
        watcher.sees(FACTS).await;
    }
    // One that took longer than its ten seconds would say so, and exit with 1.
    assert_eq!(server.terminate().await, Some(0));
    let ledger = crew.give_up().await;
    println!("{ledger}");
    for watcher in watching {
        let watcher = watcher.end().await;
        assert_eq!(watcher.connections, 1, "{watcher}");
    }
    assert!(ledger.len() >= ACKNOWLEDGED_MIN, "{ledger}");
    audited(&site, &ledger);
}
