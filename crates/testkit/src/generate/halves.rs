//! Passages in halves: one person taps the times, another reads the bibs, and
//! somebody pairs them later, rightly or wrongly.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tasuki_race::{Bib, EventId, FactKind, PairedTo, Slug};

use super::tale::{Tale, Told};

/// The halves told so far.
#[derive(Default)]
pub(super) struct Halves {
    /// Times, with the bib that passed.
    times: Vec<(EventId, Slug, Bib)>,
    /// Bibs that were read.
    bibs: Vec<(EventId, Slug, Bib)>,
    /// Who was timed and is still to be read, and the other way round.
    waiting: Vec<(Bib, Slug)>,
}

impl Halves {
    /// All times and bibs.
    pub(super) fn ids(&self) -> Vec<EventId> {
        let all = self.times.iter().chain(&self.bibs);
        all.map(|(id, _, _)| *id).collect()
    }
}

impl Tale<'_> {
    /// A time without its bib, or a bib without its time: the other half of
    /// one told before, or the first of a new one.
    pub(super) fn half(&mut self, id: EventId) -> Told {
        if self.rng.random_bool(0.5)
            && let Some((bib, checkpoint)) = self.halves.waiting.pop()
        {
            let read = (id, checkpoint.clone(), bib.clone());
            self.halves.bibs.push(read);
            let time = self.rng.random_bool(0.3).then(|| self.any_time());
            return (time, FactKind::BibRecorded { bib, checkpoint });
        }
        let (bib, checkpoint, time) = self.sighting();
        if self.rng.random_ratio(9, 10) {
            self.halves.waiting.push((bib.clone(), checkpoint.clone()));
        }
        self.passages.push(id);
        self.halves.times.push((id, checkpoint.clone(), bib));
        (Some(time), FactKind::TimeRecorded { checkpoint })
    }

    /// Puts a time and a bib together: mostly those that belong together, else
    /// any, of unknown entries and of other checkpoints included. A time may
    /// be paired again.
    pub(super) fn pairing(&mut self, id: EventId) -> Told {
        let recent = self.halves.times.len().saturating_sub(4);
        let from = if self.rng.random_bool(0.6) { recent } else { 0 };
        let time = self.halves.times[from..].choose(self.rng).cloned();
        let Some((event, checkpoint, bib)) = time else {
            return self.half(id);
        };
        let right = self.rng.random_ratio(3, 4);
        let fits = |read: &&(EventId, Slug, Bib)| !right || (read.1 == checkpoint && read.2 == bib);
        let reads: Vec<_> = self.halves.bibs.iter().filter(fits).collect();
        let with = any_of(self.rng, &reads);
        let to = match with.filter(|_| self.rng.random_bool(0.7)) {
            Some(with) => PairedTo::Event(with),
            None if right => PairedTo::Bib(bib),
            None => PairedTo::Bib(self.any_bib()),
        };
        (None, FactKind::PassagePaired { event, to })
    }
}

fn any_of(rng: &mut StdRng, reads: &[&(EventId, Slug, Bib)]) -> Option<EventId> {
    reads.choose(rng).map(|(id, _, _)| *id)
}
