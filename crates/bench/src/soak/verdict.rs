//! Whether the end is as it was once everything had settled, and whether anything
//! of anybody is left once all have gone.

use crate::recording::FULL_FACTS;
use crate::sample::Sample;

/// Everything is settled after this, or a quarter of a shorter run.
const SETTLED_S: u64 = 300;
/// What is compared is the median of so long.
const WINDOW_S: u64 = 60;
/// Memory may be so much more: what an allocator keeps varies by that.
const MEMORY_MORE_MAX: f64 = 1.05;
/// And a fact has its place in the race for good: its id, its author, its time.
const FACT_BYTES_MAX: u64 = 1_024;
/// Descriptors beside those of viewers: connections that come or go just now.
const DESCRIPTORS_MORE_MAX: u64 = 16;
/// Threads: those that wait for the disk come with work and go without.
const THREADS_MORE_MAX: u64 = 4;
/// Once all have gone: the connection that asks, one of the log.
const DESCRIPTORS_KEPT_MAX: u64 = 4;
/// A run of so long must be able to judge memory.
const JUDGES_FROM_S: u64 = 600;

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) memory_kb: u64,
    /// Open beside one for each viewer.
    pub(crate) descriptors_beside: u64,
    pub(crate) threads: u64,
    pub(crate) facts: u64,
}

/// When everything is settled, in a run of that length.
pub(crate) fn settled_s(end_s: u64) -> u64 {
    SETTLED_S.min(end_s / 4)
}

/// Once settled, and at the end.
pub(crate) fn levels(samples: &[Sample]) -> Option<(Level, Level)> {
    let end_s = samples.last()?.at_s;
    let settled_s = settled_s(end_s);
    let window_s = WINDOW_S.min(end_s / 4);
    let settled = level(samples, settled_s, settled_s + window_s)?;
    Some((settled, level(samples, end_s - window_s, end_s)?))
}

fn level(samples: &[Sample], from_s: u64, to_s: u64) -> Option<Level> {
    let within: Vec<_> = samples
        .iter()
        .filter(|sample| (from_s..=to_s).contains(&sample.at_s))
        .collect();
    let median = |figure: fn(&Sample) -> u64| {
        let mut values: Vec<u64> = within.iter().map(|sample| figure(sample)).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    };
    Some(Level {
        memory_kb: median(|it| it.memory_kb)?,
        descriptors_beside: median(Sample::descriptors_beside)?,
        threads: median(|it| it.threads)?,
        facts: median(|it| it.facts)?,
    })
}

/// Whether memory can be judged: what is kept for who was away for a moment must
/// have had its full size before.
pub(crate) fn judges_memory(settled: Level) -> bool {
    settled.facts >= FULL_FACTS
}

/// What is not as it must be, in a run of that length.
pub(crate) fn faults(settled: Level, end: Level, end_s: u64) -> Vec<String> {
    let mut faults = Vec::new();
    if judges_memory(settled) {
        faults.extend(grown(settled, end));
    } else if end_s >= JUDGES_FROM_S {
        let facts = settled.facts;
        faults.push(format!(
            "memory cannot be judged: {facts} facts once settled"
        ));
    }
    for (what, from, to, more) in [
        (
            "descriptors beside those of viewers",
            settled.descriptors_beside,
            end.descriptors_beside,
            DESCRIPTORS_MORE_MAX,
        ),
        ("threads", settled.threads, end.threads, THREADS_MORE_MAX),
    ] {
        if to > from + more {
            faults.push(format!("{what} grew from {from} to {to}"));
        }
    }
    faults
}

/// What the server holds on to although all have gone.
pub(crate) fn kept(before: &Sample, after: &Sample) -> Vec<String> {
    let mut kept = Vec::new();
    if after.viewers > before.viewers {
        kept.push(format!("{} viewers are held that have gone", after.viewers));
    }
    let (from, to) = (before.descriptors, after.descriptors);
    if to > from + DESCRIPTORS_KEPT_MAX {
        kept.push(format!(
            "{to} descriptors are open once all have gone, and {from} before anybody came"
        ));
    }
    kept
}

/// Whether memory has grown by more than facts need.
fn grown(settled: Level, end: Level) -> Option<String> {
    let facts = end.facts.saturating_sub(settled.facts);
    let more = settled.memory_kb as f64 * MEMORY_MORE_MAX;
    let most_kb = more + (facts * FACT_BYTES_MAX / 1_024) as f64;
    let (from, to) = (settled.memory_kb, end.memory_kb);
    (to as f64 > most_kb)
        .then(|| format!("memory grew from {from} to {to} kB, with {facts} facts more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of so many minutes in which so much more is in use each minute.
    fn run(minutes: u64, memory_kb: u64, descriptors: u64, facts: u64) -> Vec<String> {
        let sample = |at_s| Sample {
            at_s,
            memory_kb: 20_000 + at_s / 60 * memory_kb,
            descriptors: 2_020 + at_s / 60 * descriptors,
            viewers: 2_000,
            facts: at_s.min(300) * 8 + at_s / 60 * facts,
            ..Sample::default()
        };
        let end_s = minutes * 60;
        let samples: Vec<Sample> = (0..=end_s).step_by(10).map(sample).collect();
        let (settled, end) = levels(&samples).expect("samples");
        faults(settled, end, end_s)
    }

    #[test]
    fn what_leaks_is_told_and_what_facts_need_is_not() {
        assert_eq!(run(60, 0, 0, 0), Vec::<String>::new());
        assert_eq!(run(60, 100, 0, 0).len(), 1, "five megabytes in an hour");
        assert_eq!(run(60, 100, 0, 120), Vec::<String>::new());
        assert_eq!(run(60, 0, 1, 0).len(), 1, "one descriptor a minute");
    }

    #[test]
    fn memory_is_not_judged_before_everything_has_its_full_size() {
        assert_eq!(run(2, 5_000, 0, 0), Vec::<String>::new());
        let short = Level {
            facts: 9,
            ..Level::default()
        };
        assert!(!judges_memory(short));
        assert_eq!(faults(short, short, 3_600).len(), 1, "an hour must say");
    }

    #[test]
    fn who_is_held_though_gone_is_told() {
        let before = Sample {
            descriptors: 20,
            ..Sample::default()
        };
        // As many descriptors beside those of viewers as before.
        let after = Sample {
            viewers: 9,
            descriptors: 29,
            ..before
        };
        assert_eq!(kept(&before, &after).len(), 2);
        assert_eq!(kept(&before, &before), Vec::<String>::new());
    }
}
