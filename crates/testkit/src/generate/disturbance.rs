//! The decisions and mistakes between the passages of a small race.

use rand::RngExt;
use rand::seq::{IndexedRandom, IteratorRandom};
use tasuki_race::{
    Bib, Entry, EventId, FactKind, MarkedStatus, Oddity, RaceState, Slug, StartTarget,
};

use super::definition::one_of;
use super::tale::{Tale, Told};

impl Tale<'_> {
    /// A gun of any kind: mass, wave, time-difference, rolled, or a repeat.
    pub(super) fn start(&mut self) -> Told {
        let leg = self.rng.random_ratio(5, 6).then(|| self.any_leg());
        let target = match (self.rng.random_range(0..6), self.any_category()) {
            (0 | 1, _) => StartTarget::Everyone,
            (2, Some(category)) => StartTarget::Category(category),
            _ => StartTarget::Bibs(self.some_bibs()),
        };
        (
            Some(self.a_planned_time()),
            FactKind::Started { leg, target },
        )
    }

    pub(super) fn void(&mut self) -> Told {
        let event = self.any_event();
        (
            None,
            FactKind::EventVoided {
                event,
                reason: "entered by mistake".to_owned(),
            },
        )
    }

    pub(super) fn reassignment(&mut self, id: EventId) -> Told {
        let Some(&event) = self.passages.choose(self.rng) else {
            return self.passage(id);
        };
        let (bib, reason) = (self.any_bib(), "misread".to_owned());
        (None, FactKind::PassageReassigned { event, bib, reason })
    }

    /// A line of the review list that is right as it is, or no line at all.
    pub(super) fn acceptance(&mut self, id: EventId) -> Told {
        use Oddity::{
            AfterStatus, BeforeStart, DuplicatePassage, ImplausiblePace, MissedCheckpoint,
            OutOfOrder, UnidentifiedPassage, UnknownBib, UntimedBib,
        };
        let halves = self.halves.ids();
        let observed = self.passages.iter().copied().chain(halves);
        let Some(event) = observed.choose(self.rng) else {
            return self.passage(id);
        };
        let codes = [
            AfterStatus,
            BeforeStart,
            DuplicatePassage,
            ImplausiblePace,
            MissedCheckpoint,
            OutOfOrder,
            UnidentifiedPassage,
            UnknownBib,
            UntimedBib,
        ];
        let kind = FactKind::ReviewAccepted {
            event,
            code: one_of(self.rng, &codes),
            checkpoint: self.rng.random_ratio(1, 4).then(|| self.any_checkpoint()),
            reason: "as it was".to_owned(),
        };
        (None, kind)
    }

    pub(super) fn status(&mut self) -> Told {
        use MarkedStatus::{Active, Dnf, Dns, Dsq};
        let status = one_of(self.rng, &[Dns, Dnf, Dnf, Dnf, Dsq, Active, Active]);
        let kind = FactKind::StatusChanged {
            bib: self.any_bib(),
            status,
            checkpoint: self.rng.random_bool(0.5).then(|| self.any_checkpoint()),
            reason: self
                .rng
                .random_bool(0.5)
                .then(|| "by the referee".to_owned()),
        };
        (
            self.rng.random_bool(0.5).then(|| self.a_planned_time()),
            kind,
        )
    }

    pub(super) fn adjustment(&mut self) -> Told {
        let deltas_ms = [-1500, -1000, -500, -1, 1, 10, 500, 1000, 2000];
        let kind = FactKind::TimeAdjusted {
            bib: self.any_bib(),
            delta_ms: one_of(self.rng, &deltas_ms),
            leg: self.rng.random_bool(0.6).then(|| self.any_leg()),
            reason: "left the course".to_owned(),
        };
        (None, kind)
    }

    /// A late entry, or an entry replaced.
    pub(super) fn registration(&mut self) -> Told {
        let entry = self.any_entry();
        (None, FactKind::EntryRegistered(Box::new(entry)))
    }

    pub(super) fn declaration(&mut self) -> Told {
        let official = self.rng.random_bool(0.6);
        let state = if official {
            RaceState::Official
        } else {
            RaceState::Unofficial
        };
        (None, FactKind::ResultsDeclared(state))
    }

    pub(super) fn announcement(&mut self) -> Told {
        let text = format!("Line {}", self.rng.random_range(0..1000));
        let bib = self.rng.random_bool(0.3).then(|| self.any_bib());
        (
            self.rng.random_bool(0.5).then(|| self.any_time()),
            FactKind::Announced { text, bib },
        )
    }

    /// Any fact told so far, definitions and voids included.
    fn any_event(&mut self) -> EventId {
        let told = self.ids.choose(self.rng).copied();
        told.expect("the definition is told first")
    }

    fn any_category(&mut self) -> Option<Slug> {
        let any = self.definition.categories.choose(self.rng)?;
        Some(any.id.clone())
    }

    fn some_bibs(&mut self) -> Vec<Bib> {
        let count = self.rng.random_range(1..=self.bibs.len().max(1));
        self.bibs.iter().cloned().sample(self.rng, count)
    }

    /// An entry that fits the race, under any bib.
    pub(super) fn any_entry(&mut self) -> Entry {
        let bib = self.any_bib();
        let all = self
            .definition
            .categories
            .iter()
            .map(|category| category.id.clone());
        let count = self.rng.random_range(0..=self.definition.categories.len());
        Entry {
            name: tasuki_race::Name::Plain(format!("Late {bib}")),
            categories: all.sample(self.rng, count),
            ranked: !self.rng.random_ratio(1, 5),
            members: Vec::new(),
            bib,
        }
    }
}
