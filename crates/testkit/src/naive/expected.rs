//! When an entry is expected at its next checkpoint (additions, "Expected
//! arrivals").

use tasuki_race::{Instant, Minute};

use super::competitor::Competitor;
use super::field::Field;
use super::stretches::{self, Beginning};

/// Ten days: no stretch takes longer, nor does the way up to it.
const STRETCH_MAX_S: i64 = 864_000;

/// A stretch as it was run, in whole seconds.
struct Run {
    took_s: i64,
    /// What the entry had taken up to there, where that is known and positive.
    upto_s: Option<i64>,
}

/// To the minute, when an entry on the stretch to a checkpoint is expected.
pub(super) fn expected(field: &Field<'_>, who: &Competitor, next: usize) -> Option<Minute> {
    let begun = stretches::beginning(field.course, who, next)?;
    let runs: Vec<Run> = field
        .competitors
        .iter()
        .filter_map(|other| run(field, other, next))
        .collect();
    let own_s = begun.upto_ms.and_then(positive_seconds);
    let ahead_ms = match median(runs.iter().map(|run| run.took_s)) {
        Some(median_s) => {
            let theirs_s = median(runs.iter().filter_map(|run| run.upto_s));
            let (own_s, theirs_s) = own_s.zip(theirs_s).unwrap_or((1, 1));
            share(median_s, own_s, theirs_s)
        }
        None => at_own_speed(field, begun, own_s?, next)?,
    };
    // Exact, whatever a dead clock wrote, and held within what can be written.
    let at_ms = i128::from(begun.instant.ms()) + ahead_ms;
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    Some(Minute::nearest(Instant::from_ms(at_ms)))
}

/// How an entry ran the stretch to a checkpoint, whatever its status.
fn run(field: &Field<'_>, who: &Competitor, end: usize) -> Option<Run> {
    let begun = stretches::beginning(field.course, who, end)?;
    let passage = who.counted.passages[end]?;
    let took_s = (passage.ms() - begun.instant.ms()).div_euclid(1000);
    (1..=STRETCH_MAX_S).contains(&took_s).then(|| Run {
        took_s,
        upto_s: begun.upto_ms.and_then(positive_seconds),
    })
}

/// Whole seconds, cut off, where there are any, and not too many to be true.
fn positive_seconds(ms: i64) -> Option<i64> {
    Some(ms.div_euclid(1000)).filter(|s| (1..=STRETCH_MAX_S).contains(s))
}

/// The middle one; of an even number, the lower of the two.
fn median(values: impl Iterator<Item = i64>) -> Option<i64> {
    let mut sorted: Vec<i64> = values.collect();
    sorted.sort_unstable();
    let middle = sorted.len().checked_sub(1)? / 2;
    Some(sorted[middle])
}

/// `of` seconds times `part` over `whole`, in milliseconds, cut off.
fn share(of_s: i64, part: i64, whole: i64) -> i128 {
    i128::from(of_s) * 1000 * i128::from(part) / i128::from(whole)
}

/// The time for the stretch at the entry's average speed up to there.
fn at_own_speed(field: &Field<'_>, begun: Beginning, own_s: i64, next: usize) -> Option<i128> {
    let at_m = |checkpoint: usize| field.course.checkpoints()[checkpoint].distance_m;
    let upto_m = at_m(begun.checkpoint) - at_m(0);
    let stretch_m = at_m(next) - at_m(begun.checkpoint);
    (upto_m > 0).then(|| share(own_s, stretch_m, upto_m))
}
