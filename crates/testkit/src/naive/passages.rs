//! What was seen, under the bib that it belongs to once times without bibs
//! are paired and passages are reassigned (rules, section 1).

use tasuki_race::{Bib, EventId, FactKind, Instant, PairedTo, Slug};

use super::Logged;

/// A passage in force, of a known bib.
#[derive(Clone)]
pub(super) struct Passage {
    /// The `passage_recorded`, or the `time_recorded`.
    pub(super) event: EventId,
    pub(super) bib: Bib,
    /// As it was recorded: a checkpoint, or a place.
    pub(super) checkpoint: Slug,
    pub(super) time: Instant,
    /// Where the observation stands in the log.
    pub(super) seq: u64,
}

/// Half of a passage: a time without a bib, or a bib without a time.
pub(super) struct Half {
    pub(super) event: EventId,
    pub(super) checkpoint: Slug,
}

/// All passages, each under the bib of the last decision on it, else as
/// recorded. A time that nobody has paired counts for nobody.
pub(super) fn passages(facts: &[&Logged]) -> Vec<Passage> {
    let passage = |(i, logged): (usize, &&Logged)| {
        let decided = || bib_decided(facts, i);
        let (bib, checkpoint) = match &logged.fact.kind {
            FactKind::PassageRecorded { bib, checkpoint } => (decided().unwrap_or(bib), checkpoint),
            FactKind::TimeRecorded { checkpoint } => (decided()?, checkpoint),
            _ => return None,
        };
        Some(Passage {
            event: logged.fact.id,
            bib: bib.clone(),
            checkpoint: checkpoint.clone(),
            time: logged.fact.time?,
            seq: logged.seq,
        })
    };
    facts.iter().enumerate().filter_map(passage).collect()
}

/// The times that belong to nobody.
pub(super) fn times_without_bib(facts: &[&Logged]) -> Vec<Half> {
    let half = |(i, logged): (usize, &&Logged)| match &logged.fact.kind {
        FactKind::TimeRecorded { checkpoint } if bib_decided(facts, i).is_none() => Some(Half {
            event: logged.fact.id,
            checkpoint: checkpoint.clone(),
        }),
        _ => None,
    };
    facts.iter().enumerate().filter_map(half).collect()
}

/// The bibs with which no time is paired.
pub(super) fn bibs_without_time(facts: &[&Logged]) -> Vec<Half> {
    let taken: Vec<EventId> = (0..facts.len())
        .filter_map(|i| match decision(facts, i)? {
            Decision::With(event, _) => Some(event),
            Decision::Bib(_) => None,
        })
        .collect();
    let half = |logged: &&Logged| match &logged.fact.kind {
        FactKind::BibRecorded { checkpoint, .. } if !taken.contains(&logged.fact.id) => {
            Some(Half {
                event: logged.fact.id,
                checkpoint: checkpoint.clone(),
            })
        }
        _ => None,
    };
    facts.iter().filter_map(half).collect()
}

/// Whose an observation is by decision.
enum Decision<'a> {
    Bib(&'a Bib),
    /// The bib that another observation read.
    With(EventId, &'a Bib),
}

fn bib_decided<'a>(facts: &[&'a Logged], of: usize) -> Option<&'a Bib> {
    decision(facts, of).map(|decision| match decision {
        Decision::Bib(bib) | Decision::With(_, bib) => bib,
    })
}

/// The last decision on the observation at a place among `facts`. A pairing
/// with a bib that is not in force, or was read elsewhere, is none.
fn decision<'a>(facts: &[&'a Logged], of: usize) -> Option<Decision<'a>> {
    let observed = &facts[of].fact;
    let time_at = match &observed.kind {
        FactKind::PassageRecorded { .. } => None,
        FactKind::TimeRecorded { checkpoint } => Some(checkpoint),
        _ => return None,
    };
    let later = facts[of + 1..].iter().rev();
    later
        .filter_map(|logged| match &logged.fact.kind {
            FactKind::PassageReassigned { event, bib, .. } if *event == observed.id => {
                Some(Decision::Bib(bib))
            }
            // Only a time can be paired.
            FactKind::PassagePaired { event, to } if *event == observed.id => {
                let checkpoint = time_at?;
                match to {
                    PairedTo::Bib(bib) => Some(Decision::Bib(bib)),
                    PairedTo::Event(with) => {
                        bib_read(facts, *with, checkpoint).map(|bib| Decision::With(*with, bib))
                    }
                }
            }
            _ => None,
        })
        .next()
}

/// The bib that was read there by a fact in force.
fn bib_read<'a>(facts: &[&'a Logged], with: EventId, there: &Slug) -> Option<&'a Bib> {
    facts.iter().find_map(|logged| match &logged.fact.kind {
        FactKind::BibRecorded { bib, checkpoint } => {
            (logged.fact.id == with && checkpoint == there).then_some(bib)
        }
        _ => None,
    })
}
