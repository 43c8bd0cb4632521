//! A race's log goes from engine to engine, and others than this program can
//! check it.

use std::io::ErrorKind;
use std::process::{Command, Output};
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tasuki_testkit::generate::seeded;

use crate::crash::audit::exported;
use crate::crash::crew::Crew;
use crate::crash::facts::{Observations, RACE};
use crate::crash::place::{Place, on_both_engines};
use crate::crash::site::{Site, answered};
use crate::crash::waiting::{self, until};
use crate::tasuki::Folder;

/// The checker that needs nothing of this program.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.py");
/// Damaged files that `tasuki verify` is shown,
const FLIPS: usize = 200;
/// and those that the script is: Python is slow to start.
const FLIPS_FOR_THE_SCRIPT: usize = 12;

on_both_engines!(a_log_goes_to_the_other_engine_and_back_byte_for_byte);

async fn a_log_goes_to_the_other_engine_and_back_byte_for_byte(place: Place) {
    let site = Site::new(place);
    let text = recorded(&site, waiting::seed()).await;
    let folder = &site.folder;
    let there = site.place.other_engine().await;
    let back = there.other_engine().await;
    for (number, place) in [there, back].iter().enumerate() {
        let file = format!("{number}.ndjson");
        folder.write(&file, &text);
        let url = place.url();
        let run = folder.run(&["import", &file, "--log", &url]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let run = folder.run(&["export", "--race", RACE, "--log", &url]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        assert!(run.stdout == text, "the bytes are the same");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_flipped_byte_anywhere_is_found_and_its_line_named() {
    let seed = waiting::seed();
    let mut chance = seeded(seed);
    let site = Site::new(Place::sqlite());
    let log = recorded(&site, seed).await;
    for _ in 0..FLIPS {
        let flip = Flip::choose(&mut chance, &log);
        flip.write(&site.folder, &log);
        let run = site.folder.run(&["verify", "flipped"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{flip:?}");
        let wanted = format!("tasuki: line {} is wrong: ", flip.line);
        assert!(run.stderr.starts_with(&wanted), "{flip:?}: {run:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dozen_lines_of_python_check_a_log() {
    let seed = waiting::seed();
    let mut chance = seeded(seed);
    let site = Site::new(Place::postgres().await);
    let log = recorded(&site, seed).await;
    assert!(!log.is_ascii());
    let Some(good) = script(&site.folder, "log.ndjson") else {
        println!("python3 is not installed: the script was not checked");
        return;
    };
    let told = String::from_utf8_lossy(&good.stdout);
    assert!(good.status.success(), "{good:?}");
    let facts = log.lines().count();
    assert!(told.starts_with(&format!("{facts} facts, all right, head ")));
    let ours = site.folder.run(&["verify", "log.ndjson"]).stdout;
    assert!(ours.ends_with(&*told), "{ours} ends with {told}");
    for _ in 0..FLIPS_FOR_THE_SCRIPT {
        let flip = Flip::choose(&mut chance, &log);
        flip.write(&site.folder, &log);
        let found = script(&site.folder, "flipped").expect("it was there before");
        assert_eq!(found.status.code(), Some(1), "{flip:?}: {found:?}");
        let wanted = format!("line {} is wrong\n", flip.line);
        assert_eq!(String::from_utf8_lossy(&found.stderr), wanted, "{flip:?}");
    }
}

/// Records a race at a server, as a device and as the administrator, and gives
/// its log. It is also in the file `log.ndjson`.
async fn recorded(site: &Arc<Site>, seed: u64) -> String {
    let server = site.serve().await;
    site.create_race().await;
    record_as_a_device(site, seed).await;
    let crew = Crew::hire(site, 2, seed);
    until("a good many facts", || async {
        (crew.ledger.len() > 150).then_some(())
    })
    .await;
    crew.finish().await;
    let served = site.log().await;
    assert_eq!(server.terminate().await, Some(0));
    let log = exported(site);
    assert!(log == served, "the server exports the same bytes");
    assert!(log.contains(r#""device":""#) && log.contains("鶴見"));
    log
}

async fn record_as_a_device(site: &Site, seed: u64) {
    let device = json!({"name": "鶴見 左 №1"});
    let answer = answered(site.post(&format!("/api/races/{RACE}/devices"), &device)).await;
    assert_eq!(answer.status(), 201);
    let device: Value = answer.json().await.expect("a device is JSON");
    let token = device["token"].as_str().expect("it has a token");
    let facts = json!({"events": Observations::new(seed).batch()});
    let events = format!("/api/races/{RACE}/events");
    let answer = answered(site.post_as(token, &events, &facts)).await;
    assert_eq!(answer.status(), 200);
}

/// What the script says of a file; `None` where there is no Python.
fn script(folder: &Folder, file: &str) -> Option<Output> {
    let mut python = Command::new("python3");
    match python.arg(SCRIPT).arg(folder.path(file)).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("python3 does not start: {error}"),
    }
}

/// One byte that is another.
#[derive(Debug)]
struct Flip {
    position: usize,
    mask: u8,
    /// Where it shows.
    line: usize,
}

impl Flip {
    fn choose(chance: &mut StdRng, log: &str) -> Self {
        let position = chance.random_range(0..log.len());
        let before = &log.as_bytes()[..position];
        Self {
            position,
            mask: chance.random_range(1..=u8::MAX),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
        }
    }

    /// Writes the damaged log into the file `flipped`.
    fn write(&self, folder: &Folder, log: &str) {
        let mut bytes = log.as_bytes().to_vec();
        bytes[self.position] ^= self.mask;
        std::fs::write(folder.path("flipped"), bytes).expect("a file is written");
    }
}
