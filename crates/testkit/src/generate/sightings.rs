//! What is seen of a small race: its plan, and what never was.

use rand::RngExt;
use tasuki_race::{Bib, EventId, FactKind, Instant, Slug};

use super::definition::one_of;
use super::tale::{Tale, Told};

/// What a device without a clock says: the epoch, or as far away as it can
/// write.
const DEAD_CLOCKS_MS: [i64; 3] = [0, -62_167_219_200_000, 253_402_207_200_000];

impl Tale<'_> {
    /// A passage of a bib.
    pub(super) fn passage(&mut self, id: EventId) -> Told {
        let (bib, checkpoint, time) = self.sighting();
        self.passages.push(id);
        (Some(time), FactKind::PassageRecorded { bib, checkpoint })
    }

    /// The next of the plan; or one seen twice, at a wrong time, or nowhere.
    pub(super) fn sighting(&mut self) -> (Bib, Slug, Instant) {
        let dealt = if self.rng.random_ratio(9, 10) {
            self.deck.pop()
        } else {
            None
        };
        let (bib, checkpoint) = dealt.unwrap_or_else(|| (self.any_bib(), self.any_checkpoint()));
        let key = (bib.clone(), checkpoint.clone());
        let planned = self.plan.passages.get(&key).copied();
        if self.rng.random_ratio(1, 10) {
            self.deck.push(key);
        }
        let time = match planned {
            Some(time) if self.rng.random_ratio(9, 10) => self.nearly(time),
            _ if self.rng.random_ratio(1, 20) => {
                Instant::from_ms(one_of(self.rng, &DEAD_CLOCKS_MS))
            }
            _ => self.any_time(),
        };
        (bib, self.where_recorded(checkpoint), time)
    }

    /// Of a visit mostly its place, as a mat there would write it.
    fn where_recorded(&mut self, checkpoint: Slug) -> Slug {
        let mut all = self.definition.checkpoints.iter();
        let place = all
            .find(|visit| visit.id == checkpoint)
            .and_then(|visit| visit.place.clone());
        match place {
            Some(place) if self.rng.random_ratio(3, 4) => place,
            _ => checkpoint,
        }
    }
}
