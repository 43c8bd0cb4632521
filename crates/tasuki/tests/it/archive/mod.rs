//! `tasuki operations archive` and `restore`: whatever happens meanwhile, each
//! operation is in the database, or in a file that says so, and none is in neither.

mod bucket;

use std::collections::BTreeMap;
use std::io::Read;
use std::process::Child;

use serde_json::Value;
use tasuki_log::{Archived, Deed, Month, Operation, Options, Search, Store, open};
use tasuki_race::Instant;

use crate::crash::place::{Place, on_both_engines};
use crate::tasuki::{Folder, Run};
use bucket::{Bucket, Silence};

on_both_engines!(
    months_that_are_over_go_to_files_and_come_back_as_they_were,
    an_archive_that_is_killed_anywhere_loses_nothing_and_goes_on,
    a_file_that_is_not_as_it_was_written_is_not_relied_on,
    what_comes_late_goes_to_a_file_of_its_own,
    another_logs_file_is_not_overwritten,
);

/// Long ago, so that every month is over.
const MONTHS: [&str; 3] = ["2025-07", "2025-08", "2025-09"];
/// In each month.
const DEEDS: i64 = 40;

async fn store(place: &Place) -> Store {
    let store = open(&place.url(), &Options::default()).await;
    store.expect("the log opens")
}

/// Operations of three months, in the order of time, but for one that a clock had
/// wrong.
async fn filled(place: &Place) -> Vec<Operation> {
    filled_with(place, DEEDS).await
}

async fn filled_with(place: &Place, deeds: i64) -> Vec<Operation> {
    let store = store(place).await;
    for month in MONTHS {
        let begin = month.parse::<Month>().expect("a month").begin();
        let begin = begin.expect("a moment").ms();
        for n in 0..deeds {
            let at = Instant::from_ms(begin + n * 60_000_000);
            let deed = Deed::new(at, "setting_changed", "admin")
                .about("viewers_max")
                .why("襷 \"quoted\" \\ and\na line")
                .with("to", n);
            store.operations.append(&deed).await.expect("a number");
        }
    }
    let early = Instant::from_ms(1_752_000_000_000);
    let deed = Deed::new(early, "odd", "a clock that is wrong");
    store.operations.append(&deed).await.expect("a number");
    all(&store).await
}

/// What is in the database, the newest first.
async fn all(store: &Store) -> Vec<Operation> {
    let search = Search {
        limit: 1_000,
        ..Search::default()
    };
    store.operations.page(&search).await.expect("a page")
}

async fn count(store: &Store) -> i64 {
    i64::try_from(deeds(store).await.len()).expect("few")
}

/// What people did: not what the archive tells of itself.
async fn deeds(store: &Store) -> Vec<Operation> {
    let all = all(store).await.into_iter();
    let told = |it: &Operation| it.deed.kind.starts_with("operations_");
    all.filter(|it| !told(it)).collect()
}

async fn archived(store: &Store) -> Vec<Archived> {
    store.operations.archived().await.expect("what is archived")
}

fn archive(folder: &Folder, place: &Place, to: &str) -> Run {
    let log = place.url();
    folder.run(&[
        "operations",
        "archive",
        "--before",
        "2025-09",
        "--to",
        to,
        "--log",
        &log,
    ])
}

/// The operations in a file's bytes.
fn unpacked(bytes: &[u8]) -> Vec<Operation> {
    let mut text = String::new();
    let mut decoder = zstd::Decoder::new(bytes).expect("zstd");
    decoder.read_to_string(&mut text).expect("whole and text");
    let read = |line: &str| Operation::from_line(line).expect("an operation");
    text.lines().map(read).collect()
}

fn by_number(all: impl IntoIterator<Item = Operation>) -> BTreeMap<u64, Operation> {
    all.into_iter().map(|it| (it.number, it)).collect()
}

async fn months_that_are_over_go_to_files_and_come_back_as_they_were(place: Place) {
    let folder = Folder::new();
    let before = filled(&place).await;
    let run = archive(&folder, &place, "away");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let expected = "2025-07: 41 operations, 1 to 121, in operations-2025-07.1-121.ndjson.zst\n\
        2025-08: 40 operations, 41 to 80, in operations-2025-08.41-80.ndjson.zst\n";
    assert_eq!(run.stdout, expected);
    let store = store(&place).await;
    let left: Vec<u64> = deeds(&store).await.iter().map(|it| it.number).collect();
    assert_eq!(left, (81..=120).rev().collect::<Vec<_>>());
    // What went and where to is told.
    let told = all(&store).await;
    let told: Vec<_> = told.iter().take(2).map(|it| &it.deed).collect();
    assert_eq!(told[0].kind, "operations_archived");
    assert_eq!(told[0].about.as_deref(), Some("2025-08"));
    assert_eq!(told[0].detail["count"], 40);
    let gone = archived(&store).await;
    assert_eq!(gone.len(), 2);
    for it in &gone {
        let bytes = std::fs::read(folder.path("away").join(&it.file)).expect("a file");
        let found = unpacked(&bytes);
        let month = |of: &&Operation| Month::of(of.deed.at) == Some(it.month);
        let mut wanted: Vec<_> = before.iter().filter(month).cloned().collect();
        wanted.reverse();
        assert_eq!(found, wanted);
        let manifest = it.file.replace(".ndjson.zst", ".json");
        let manifest = std::fs::read(folder.path("away").join(manifest)).expect("a manifest");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        assert_eq!(manifest["count"], it.count);
        assert_eq!(manifest["sha256"], it.sha256.to_string());
    }
    // Again: there is nothing to do.
    let again = archive(&folder, &place, "away");
    assert_eq!(
        again.stdout, "nothing before 2025-09 is left here\n",
        "{again:?}"
    );
    // And back.
    for it in &gone {
        let file = format!("away/{}", it.file);
        for told in ["operations restored", "operations are here already"] {
            let run = folder.run(&["operations", "restore", &file, "--log", &place.url()]);
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
            assert!(run.stdout.contains(told), "{run:?}");
        }
    }
    assert_eq!(deeds(&store).await, before);
    assert_eq!(archived(&store).await, []);
    // Numbers go on behind all that there ever were.
    let september = MONTHS[2].parse::<Month>().expect("a month").begin();
    let deed = Deed::new(september.expect("a moment"), "odd", "admin");
    let next = store.operations.append(&deed).await.expect("a number");
    assert_eq!(next, before.len() as u64 + 5);
    // And away again, from the parts that they came back to, into the same files.
    let run = archive(&folder, &place, "away");
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), expected),
        "{run:?}"
    );
    assert_eq!(deeds(&store).await.len(), left.len() + 1);
    assert_eq!(archived(&store).await.len(), 2);
}

async fn an_archive_that_is_killed_anywhere_loses_nothing_and_goes_on(place: Place) {
    // A month takes four: is there a manifest, file, manifest, the file again.
    for at in 1..=8 {
        for done in [false, true] {
            let place = match &place {
                Place::Sqlite(_) => Place::sqlite(),
                _ => Place::postgres().await,
            };
            kill_and_go_on(&place, Silence { at, done }).await;
        }
    }
}

async fn kill_and_go_on(place: &Place, silence: Silence) {
    let (folder, bucket) = (Folder::new(), Bucket::new());
    let before = by_number(filled_with(place, 3).await);
    let store = store(place).await;
    bucket.keep_silent(Some(silence));
    let mut running = start(&folder, place, &bucket);
    bucket.wait_for(silence.at);
    running.kill().expect("it is killed");
    running.wait().expect("it ends");
    assert_eq!(kept(&store, &bucket).await, before, "{silence:?}");
    bucket.keep_silent(None);
    let ended = start(&folder, place, &bucket)
        .wait_with_output()
        .expect("it ends");
    assert!(ended.status.success(), "{silence:?}: {ended:?}");
    assert_eq!(kept(&store, &bucket).await, before, "{silence:?}");
    let archived = archived(&store).await;
    assert_eq!(archived.len(), 2, "{silence:?}");
    assert_eq!(bucket.names().len(), 4, "{:?}", bucket.names());
    // From the bucket and back.
    let variables = bucket.variables();
    let variables: Vec<_> = variables.iter().map(|(k, v)| (*k, v.as_str())).collect();
    for it in archived.iter().filter(|_| silence.at == 8) {
        assert_eq!(it.place, "s3://tasuki/old");
        let file = format!("s3://tasuki/old/{}", it.file);
        let log = place.url();
        let run = folder.run_with(&variables, &["operations", "restore", &file, "--log", &log]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    if silence.at == 8 {
        assert_eq!(by_number(deeds(&store).await), before);
    }
}

/// Each operation is in the database, or in a file that it knows of, and in one only.
async fn kept(store: &Store, bucket: &Bucket) -> BTreeMap<u64, Operation> {
    let mut kept = by_number(deeds(store).await);
    for it in archived(store).await {
        let bytes = bucket.get(&format!("/tasuki/old/{}", it.file));
        for operation in unpacked(&bytes) {
            assert_eq!(kept.insert(operation.number, operation), None, "in both");
        }
    }
    kept
}

fn start(folder: &Folder, place: &Place, bucket: &Bucket) -> Child {
    let log = place.url();
    let to = "s3://tasuki/old/";
    let mut command = folder.command(&[
        "operations",
        "archive",
        "--before",
        "2025-09",
        "--to",
        to,
        "--log",
        &log,
    ]);
    command.envs(bucket.variables());
    command.spawn().expect("the program starts")
}

async fn a_file_that_is_not_as_it_was_written_is_not_relied_on(place: Place) {
    let (folder, bucket) = (Folder::new(), Bucket::new());
    let before = filled(&place).await;
    let store = store(&place).await;
    // Killed when it reads the file back: it is there, with its manifest.
    bucket.keep_silent(Some(Silence { at: 4, done: false }));
    let mut running = start(&folder, &place, &bucket);
    bucket.wait_for(4);
    running.kill().expect("it is killed");
    running.wait().expect("it ends");
    bucket.keep_silent(None);
    let name = "/tasuki/old/operations-2025-07.1-121.ndjson.zst";
    let whole = bucket.get(name);
    let other = zstd::encode_all(&b"{}\n"[..], 1).expect("compressed");
    for damaged in [whole[..whole.len() - 9].to_vec(), vec![0; 30], other] {
        bucket.put(name, damaged);
        let run = start(&folder, &place, &bucket)
            .wait_with_output()
            .expect("it ends");
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{said}");
        assert!(said.contains("nothing was let go of"), "{said}");
        assert_eq!(all(&store).await, before);
    }
    bucket.put(name, whole);
    let run = start(&folder, &place, &bucket).wait().expect("it ends");
    assert!(run.success());
    assert_eq!(count(&store).await, DEEDS);
}

async fn what_comes_late_goes_to_a_file_of_its_own(place: Place) {
    let folder = Folder::new();
    filled(&place).await;
    assert_eq!(archive(&folder, &place, "away").code, Some(0));
    let store = store(&place).await;
    let late = Instant::from_ms(1_752_000_000_000);
    let deed = Deed::new(late, "odd", "a clock that is wrong");
    let number = store.operations.append(&deed).await.expect("a number");
    let run = archive(&folder, &place, "away");
    let file = format!("operations-2025-07.{number}-{number}.ndjson.zst");
    let expected = format!("2025-07: 1 operations, {number} to {number}, in {file}\n");
    assert_eq!(run.stdout, expected, "{run:?}");
    let parts: Vec<_> = archived(&store)
        .await
        .iter()
        .map(|it| (it.month.to_string(), it.part))
        .collect();
    let part = |month: &str, part| (month.to_owned(), part);
    assert_eq!(
        parts,
        [part("2025-08", 1), part("2025-07", 2), part("2025-07", 1)]
    );
    for it in archived(&store).await {
        let file = format!("away/{}", it.file);
        let run = folder.run(&["operations", "restore", &file, "--log", &place.url()]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    assert_eq!(count(&store).await, 3 * DEEDS + 2);
}

async fn another_logs_file_is_not_overwritten(place: Place) {
    let folder = Folder::new();
    filled(&place).await;
    let other = place.other_engine().await;
    let store = store(&other).await;
    for _ in 0..121 {
        let at = Instant::from_ms(1_752_000_000_000);
        let deed = Deed::new(at, "odd", "another");
        store.operations.append(&deed).await.expect("a number");
    }
    assert_eq!(archive(&folder, &other, "away").code, Some(0));
    let run = archive(&folder, &place, "away");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("of another log"), "{run:?}");
    // A file of another log is not taken in, either.
    let file = "away/operations-2025-07.1-121.ndjson.zst";
    let run = folder.run(&["operations", "restore", file, "--log", &place.url()]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("was not archived from this log"),
        "{run:?}"
    );
}

#[test]
fn what_cannot_be_archived_is_refused_in_a_line() {
    let folder = Folder::new();
    for (arguments, said) in [
        (vec!["--before", "2999-01", "--to", "x"], "is not over"),
        (
            vec!["--before", "2025-13", "--to", "x"],
            "not a month: write it like 2026-09",
        ),
        (
            vec!["--before", "2025-09", "--to", "ftp://x/y"],
            "is no place for files",
        ),
        (
            vec!["--before", "2025-09", "--to", "s3://"],
            "names no bucket",
        ),
        (vec!["--before", "2025-09"], "--to"),
    ] {
        let arguments = [vec!["operations", "archive"], arguments].concat();
        let run = folder.run(&arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
    let run = folder.run(&["operations", "restore", "nowhere.ndjson.zst"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    folder.write("notes.zst", "a shopping list");
    let run = folder.run(&["operations", "restore", "notes.zst"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(!folder.contents().contains(&"tasuki.sqlite".to_owned()));
}
