//! All competitors of a race, ready to be compared.

use std::collections::BTreeMap;

use tasuki_race::{Bib, Ranking};

use super::Logged;
use super::clock::Clock;
use super::competitor::Competitor;
use super::course::Course;
use super::{in_force, leg_ranking, passages, starts};

/// Everybody registered, and the places in the legs, on which a countback
/// looks back.
pub(super) struct Field<'a> {
    pub(super) course: &'a Course,
    pub(super) competitors: Vec<Competitor>,
    leg_ranks: BTreeMap<Bib, Vec<Option<u32>>>,
}

impl<'a> Field<'a> {
    pub(super) fn new(facts: &[&Logged], course: &'a Course) -> Self {
        let zero = starts::zero(facts, course);
        let clock = zero.map(|zero| Clock::new(zero, &course.definition));
        let passages = passages::passages(facts);
        let competitors: Vec<_> = in_force::entries(facts)
            .into_values()
            .map(|entry| Competitor::new(facts, &passages, course, clock.as_ref(), entry))
            .collect();
        let ranks_of = |competitor: &Competitor| {
            let ranks = (0..course.legs().len())
                .map(|leg| leg_ranking::rank(course, &competitors, competitor, leg));
            (competitor.entry.bib.clone(), ranks.collect())
        };
        let leg_ranks = competitors.iter().map(ranks_of).collect();
        Self {
            course,
            competitors,
            leg_ranks,
        }
    }

    pub(super) fn settings(&self) -> &Ranking {
        &self.course.definition.ranking
    }

    /// The shown place in each leg.
    pub(super) fn leg_ranks(&self, competitor: &Competitor) -> &[Option<u32>] {
        &self.leg_ranks[&competitor.entry.bib]
    }
}
