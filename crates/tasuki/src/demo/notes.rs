//! What is written down during the race: who sends which fact, and when.

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_race::{Bib, EventId, Fact, FactKind, Instant, Slug};

/// How long a recorder needs from seeing a runner to sending the passage.
const FINGERS_MS: i64 = 4_000;

/// Who sends a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// The race office, an administrator.
    Office,
    /// The recorder's device at a checkpoint.
    Station(Slug),
}

/// A fact, and when it is sent.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// After the first gun, on the clock of the race, milliseconds.
    pub(super) due_ms: i64,
    pub(super) sender: Sender,
    pub(super) fact: Fact,
}

/// Collects what is written down. Times are milliseconds after the first gun.
pub(super) struct Notes {
    gun: Instant,
    ids: StdRng,
    pub(super) scenes: Vec<Scene>,
}

impl Notes {
    pub(super) fn new(gun: Instant, ids: StdRng) -> Self {
        Self {
            gun,
            ids,
            scenes: Vec::new(),
        }
    }

    /// A runner was seen.
    pub(super) fn passage(&mut self, time_ms: i64, bib: &Bib, checkpoint: &Slug) {
        let kind = FactKind::PassageRecorded {
            bib: bib.clone(),
            checkpoint: checkpoint.clone(),
        };
        let sender = Sender::Station(checkpoint.clone());
        self.write(time_ms + FINGERS_MS, sender, time_ms, kind);
    }

    /// The office does something.
    pub(super) fn office(&mut self, time_ms: i64, kind: FactKind) {
        self.write(time_ms, Sender::Office, time_ms, kind);
    }

    /// A line for the ticker, in both languages.
    pub(super) fn announce(&mut self, time_ms: i64, ja: &str, en: &str, bib: Option<&Bib>) {
        let kind = FactKind::Announced {
            text: format!("{ja} / {en}"),
            bib: bib.cloned(),
        };
        self.office(time_ms, kind);
    }

    /// Somebody sends a fact.
    pub(super) fn write(&mut self, due_ms: i64, sender: Sender, time_ms: i64, kind: FactKind) {
        let time = Instant::from_ms(self.gun.ms() + time_ms);
        let fact = Fact {
            id: self.id(time),
            time: Some(time),
            note: None,
            kind,
        };
        self.scenes.push(Scene {
            due_ms,
            sender,
            fact,
        });
    }

    /// In the order in which they are sent.
    pub(super) fn in_order(&self) -> Vec<&Scene> {
        let mut scenes: Vec<&Scene> = self.scenes.iter().collect();
        scenes.sort_by_key(|scene| scene.due_ms);
        scenes
    }

    /// A UUID v7 whose random part comes from the seed.
    fn id(&mut self, time: Instant) -> EventId {
        let millis = u64::try_from(time.ms()).unwrap_or(0);
        let random: [u8; 10] = self.ids.random();
        EventId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}
