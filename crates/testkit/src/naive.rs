//! The standings computed from scratch: the oracle that the incremental
//! projector is compared with.
//!
//! Everything is derived anew from the whole log, in the order in which
//! the rules are written and by the plainest means: what is in force
//! ([`in_force`]), whose each passage is ([`passages`]), when each leg began ([`starts`]), which passages count
//! ([`counting`]), what times they give ([`times`]), what an abandonment takes
//! away ([`abandonment`]), and who is ahead of whom ([`ranking`],
//! [`leg_ranking`], [`sections`]), found by comparing each with each. On the
//! same times stand who is expected when ([`expected`]), where the cutlines
//! are drawn ([`cutlines`]), and what is odd ([`mod@review`]). Nothing is fast
//! here, so that everything can be read against the rules.

mod abandonment;
mod clock;
mod competitor;
mod counting;
mod course;
mod cutlines;
mod expected;
mod field;
mod in_force;
mod leg_ranking;
mod passages;
mod ranking;
mod review;
mod rows;
mod sections;
mod starts;
mod stretches;
mod times;

use std::collections::BTreeSet;

use tasuki_race::{Fact, Instant, Snapshot};

pub use review::ReviewLine;

use course::Course;
use field::Field;

/// When the first fact of [`log_of`] is received: 2026-01-01T00:00:00Z.
const FIRST_RECEIVED_MS: i64 = 1_767_225_600_000;
/// The time between two receptions in [`log_of`].
const BETWEEN_RECEPTIONS_MS: i64 = 1_000;

/// A fact with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// 1, 2, 3 … without a gap.
    pub seq: u64,
    /// When the server received it.
    pub at: Instant,
    /// What was recorded.
    pub fact: Fact,
}

/// The log that holds `facts` in this order, one received every second.
#[must_use]
pub fn log_of(facts: &[Fact]) -> Vec<Logged> {
    let received = (0..).map(|n: i64| FIRST_RECEIVED_MS.saturating_add(n * BETWEEN_RECEPTIONS_MS));
    facts
        .iter()
        .zip(received.zip(1..))
        .map(|(fact, (at, seq))| Logged {
            seq,
            at: Instant::from_ms(at),
            fact: fact.clone(),
        })
        .collect()
}

/// The standings that a log gives.
///
/// # Panics
/// When no fact of the log defines the race: every log begins with one.
#[must_use]
pub fn standings(log: &[Logged]) -> Snapshot {
    let facts = in_force::facts(log);
    let course = Course::new(in_force::definition(log, &facts));
    let field = Field::new(&facts, &course);
    let last = log
        .last()
        .expect("a log begins with the definition of its race");
    Snapshot {
        race: course.definition.id.clone(),
        seq: last.seq,
        as_of: last.at,
        state: in_force::state(&facts),
        entries: rows::rows(&field),
        announcements: in_force::announcements(&facts),
        cutlines: cutlines::lines(&field),
    }
}

/// The review list that a log gives, without words and in no order.
///
/// # Panics
/// When no fact of the log defines the race: every log begins with one.
#[must_use]
pub fn review(log: &[Logged]) -> BTreeSet<ReviewLine> {
    let facts = in_force::facts(log);
    let course = Course::new(in_force::definition(log, &facts));
    let field = Field::new(&facts, &course);
    review::lines(&facts, &field)
}
