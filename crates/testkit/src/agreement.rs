//! The incremental projector beside the naive model, on the same log.
//!
//! The projector is told the facts one by one and settles after each, now and
//! then or hardly ever, as a server does that is watched, busy or starting; both are asked for the standings and the review list at a few
//! places of the log and at its end.

use std::collections::BTreeSet;

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_race::{Fact, FactKind, Projector, Selection, Snapshot};

use crate::naive::{self, ReviewLine};

/// How often both are asked, the end included.
const LOOKS: usize = 4;

/// How often the projector settles, each log in one of these ways.
const SETTLES: [f64; 3] = [1.0, 0.3, 0.01];

/// Where and in what the two differ.
#[derive(Clone, Debug)]
pub enum Disagreement {
    /// In the standings.
    Standings {
        /// By the projector.
        projector: Box<Snapshot>,
        /// By the naive model.
        naive: Box<Snapshot>,
    },
    /// In the review list.
    Review {
        /// After how many facts.
        seq: u64,
        /// What only the projector finds odd.
        projector: Vec<ReviewLine>,
        /// What only the naive model finds odd.
        naive: Vec<ReviewLine>,
    },
}

/// The first disagreement on a log in the standings and the first in the
/// review list; none where the two agree.
///
/// # Panics
/// When the projector does, or when the first fact does not define the race.
pub fn disagreements(rng: &mut StdRng, facts: &[Fact]) -> Vec<Disagreement> {
    let FactKind::RaceDefined(definition) = &facts[0].kind else {
        panic!("a race begins with its definition");
    };
    let log = naive::log_of(facts);
    let looks: BTreeSet<usize> = (1..LOOKS)
        .map(|_| rng.random_range(0..log.len()))
        .chain([log.len() - 1])
        .collect();
    let mut projector = Projector::new(definition.id.clone());
    let settles = SETTLES[rng.random_range(0..SETTLES.len())];
    let mut standings = None;
    let mut review = None;
    for (place, logged) in log.iter().enumerate() {
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
        let is_look = looks.contains(&place);
        if is_look || rng.random_bool(settles) {
            projector.settle();
        }
        if is_look {
            let log = &log[..=place];
            standings = standings.or_else(|| in_standings(&projector, log));
            review = review.or_else(|| in_review(&projector, log));
        }
    }
    standings.into_iter().chain(review).collect()
}

fn in_standings(projector: &Projector, log: &[naive::Logged]) -> Option<Disagreement> {
    let (projector, naive) = (projector.snapshot(&Selection::all()), naive::standings(log));
    (projector != naive).then(|| Disagreement::Standings {
        projector: Box::new(projector),
        naive: Box::new(naive),
    })
}

fn in_review(projector: &Projector, log: &[naive::Logged]) -> Option<Disagreement> {
    let items = projector.review().into_iter();
    let ours: BTreeSet<_> = items
        .map(|item| ReviewLine {
            event: item.event,
            code: item.code,
            checkpoint: item.checkpoint,
        })
        .collect();
    let theirs = naive::review(log);
    let only = |some: &BTreeSet<ReviewLine>, other| some.difference(other).cloned().collect();
    (ours != theirs).then(|| Disagreement::Review {
        seq: projector.seq(),
        projector: only(&ours, &theirs),
        naive: only(&theirs, &ours),
    })
}
