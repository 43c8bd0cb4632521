//! Real races with their published results, where they are at hand.
//!
//! A data set is a folder with `race.json` (the definition), `decisions.json`
//! (starts and statuses in log order, without ids), `passages.csv`
//! (`bib,checkpoint,time`) and `expected.csv` (`bib,what,value`: what was
//! published); the last two may be gzipped. The folders lie in `$TASUKI_DATA`
//! or, failing that, in `shared/data` beside the repository. They are no part
//! of it: a test that finds none says so and passes.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tasuki_race::{Bib, Definition, EventId, Fact, FactKind, Row, Slug, Snapshot};
use uuid::Uuid;

/// The variable that names the folder of data sets.
const FOLDER_VARIABLE: &str = "TASUKI_DATA";

/// A real race.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Its course, settings and entries.
    pub definition: Definition,
    /// Starts, statuses and other decisions.
    pub decisions: Vec<Fact>,
    /// All that was seen.
    pub passages: Vec<Fact>,
    /// All that was published.
    pub expected: Vec<Expected>,
}

/// A published figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whose.
    pub bib: Bib,
    /// Which: `total_ms`, `rank`, `rank:CATEGORY`, `leg_ms:LEG` or `status`.
    pub what: String,
    /// As it was published.
    pub value: String,
}

/// The data set of that name, if it is at hand.
///
/// # Panics
/// When it is there but cannot be read: a test must not pass on half of it.
#[must_use]
pub fn dataset(name: &str) -> Option<Dataset> {
    let folder = folder().join(name);
    folder.is_dir().then(|| read(&folder))
}

fn folder() -> PathBuf {
    match std::env::var_os(FOLDER_VARIABLE) {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    }
}

fn read(folder: &Path) -> Dataset {
    let definition = parsed(
        "race.json",
        Definition::from_json(&text(folder, "race.json")),
    );
    // Ids count the facts, so that the same files give the same facts.
    let mut ids = (1..).map(|n| EventId(Uuid::from_u128(n)));
    let mut id = || ids.next().expect("there are 2^128 ids");
    let decisions: Vec<Value> = parsed(
        "decisions.json",
        serde_json::from_str(&text(folder, "decisions.json")),
    );
    let decisions = decisions
        .into_iter()
        .map(|json| decision(id(), json))
        .collect();
    let passages = rows(&text(folder, "passages.csv"), |row| passage(id(), row));
    let expected = rows(&text(folder, "expected.csv"), |[bib, what, value]| {
        Expected {
            bib: parsed("bib", bib.parse()),
            what: what.to_owned(),
            value: value.to_owned(),
        }
    });
    Dataset {
        definition,
        decisions,
        passages,
        expected,
    }
}

fn decision(id: EventId, mut json: Value) -> Fact {
    json["id"] = json!(id);
    parsed("decisions.json", Fact::from_json(&json.to_string()))
}

fn passage(id: EventId, [bib, checkpoint, time]: [&str; 3]) -> Fact {
    let kind = FactKind::PassageRecorded {
        bib: parsed("bib", bib.parse()),
        checkpoint: parsed("checkpoint", checkpoint.parse()),
    };
    Fact {
        id,
        time: Some(parsed("time", time.parse())),
        note: None,
        kind,
    }
}

/// The text of a file, or of the gzipped one in its place.
fn text(folder: &Path, name: &str) -> String {
    let plain = folder.join(name);
    if plain.exists() {
        return parsed(name, fs::read_to_string(plain));
    }
    let mut text = String::new();
    let zipped = parsed(name, File::open(folder.join(format!("{name}.gz"))));
    parsed(name, GzDecoder::new(zipped).read_to_string(&mut text));
    text
}

/// The rows after the heading; no figure holds a comma.
fn rows<T>(text: &str, mut read: impl FnMut([&str; 3]) -> T) -> Vec<T> {
    let row = |line: &str| match line.split(',').collect::<Vec<_>>()[..] {
        [a, b, c] => read([a, b, c]),
        _ => panic!("`{line}` does not have three cells"),
    };
    text.lines().skip(1).map(row).collect()
}

fn parsed<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}

impl Dataset {
    /// The whole log: the definition, the decisions, the passages.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let kind = FactKind::RaceDefined(Box::new(self.definition.clone()));
        let defined = Fact {
            id: EventId(Uuid::nil()),
            time: None,
            note: None,
            kind,
        };
        let later = self.decisions.iter().chain(&self.passages);
        std::iter::once(&defined).chain(later).cloned().collect()
    }

    /// The figures that the standings do not reproduce, a line for each.
    #[must_use]
    pub fn check(&self, standings: &Snapshot) -> Vec<String> {
        let mismatch = |expected: &Expected| {
            let Expected { bib, what, value } = expected;
            let row = standings.entries.get(bib);
            let found = row.and_then(|row| self.figure(row, what));
            let differs = found.as_ref() != Some(value);
            differs.then(|| {
                let found = found.unwrap_or_else(|| "nothing".to_owned());
                format!("bib {bib}: {what} was published as {value}, found {found}")
            })
        };
        self.expected.iter().filter_map(mismatch).collect()
    }

    fn figure(&self, row: &Row, what: &str) -> Option<String> {
        match what.split_once(':') {
            None if what == "total_ms" => row.elapsed_ms.map(|ms| ms.to_string()),
            None if what == "rank" => row.rank.map(|rank| rank.to_string()),
            None if what == "status" => Some(status(row)),
            Some(("rank", id)) => row.ranks.get(&slug(id)).map(ToString::to_string),
            Some(("leg_ms", id)) => self.leg_ms(row, &slug(id)).map(|ms| ms.to_string()),
            _ => panic!("`{what}` is not a figure that standings have"),
        }
    }

    fn leg_ms(&self, row: &Row, id: &Slug) -> Option<i64> {
        let legs = self.definition.legs.iter();
        let ends = self
            .definition
            .checkpoints
            .iter()
            .filter(|c| c.kind.ends_leg());
        let (_, end) = legs.zip(ends).find(|(leg, _)| leg.id == *id)?;
        row.splits.get(&end.id)?.leg_ms
    }
}

/// The status as it stands on the wire.
fn status(row: &Row) -> String {
    json!(row.status).as_str().unwrap_or_default().to_owned()
}

fn slug(text: &str) -> Slug {
    parsed("id", Slug::from_str(text))
}
