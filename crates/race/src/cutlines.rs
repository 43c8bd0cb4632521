//! Where the cutlines (シード権) are drawn now.

use crate::definition::Cutline;
use crate::leaderboard::Key;
use crate::scene::Scene;
use crate::standings::Line;

impl Scene<'_> {
    /// The race's cutlines, each under the last ranked entry above it.
    pub(crate) fn cutlines(&self) -> Vec<Line> {
        let drawn = |cutline: &Cutline| Line {
            rank: cutline.rank,
            name: cutline.name.clone(),
            last: self.last_above(cutline.rank).cloned(),
        };
        self.conditions.course.cutlines.iter().map(drawn).collect()
    }

    fn last_above(&self, rank: u32) -> Option<&crate::ids::Bib> {
        let board = self.overall(None);
        let ranked = |key: &&Key| self.is_ranked(key.runner);
        let nth = board.iter().filter(ranked).nth(rank as usize - 1)?;
        // Those before the group of equals are above the line; of the group
        // those are whose place is.
        let (_, from) = board.seek(&nth.official_floor());
        let group = from.take_while(|key| key.same_official(nth)).filter(ranked);
        let at_finish = nth.to_go == 1;
        let placed = group.map(|key| (self.ranked_ahead(key, at_finish), key));
        let above = placed.filter(|(ahead, _)| *ahead < rank as usize);
        let last =
            above.max_by_key(|(ahead, key)| (*ahead, key.raw, key.instant, self.bib(key.runner)));
        last.map(|(_, key)| self.bib(key.runner))
    }
}
