//! Whether the end is as it was once everything had settled.

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

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) memory_kb: u64,
    /// Open beside one for each viewer.
    pub(crate) descriptors_beside: u64,
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
        descriptors_beside: median(|it| it.descriptors.saturating_sub(it.viewers))?,
        facts: median(|it| it.facts)?,
    })
}

/// What is not as it must be.
pub(crate) fn faults(settled: Level, end: Level) -> Vec<String> {
    let mut faults = Vec::new();
    let facts = end.facts.saturating_sub(settled.facts);
    let more = settled.memory_kb as f64 * MEMORY_MORE_MAX;
    let most_kb = more + (facts * FACT_BYTES_MAX / 1_024) as f64;
    if end.memory_kb as f64 > most_kb {
        let (from, to) = (settled.memory_kb, end.memory_kb);
        faults.push(format!(
            "memory grew from {from} to {to} kB, with {facts} facts more"
        ));
    }
    if end.descriptors_beside > settled.descriptors_beside + DESCRIPTORS_MORE_MAX {
        let (from, to) = (settled.descriptors_beside, end.descriptors_beside);
        faults.push(format!(
            "descriptors beside those of viewers grew from {from} to {to}"
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of an hour in which so much more is in use each minute.
    fn run(memory_kb: u64, descriptors: u64, facts: u64) -> Vec<String> {
        let sample = |at_s| Sample {
            at_s,
            memory_kb: 20_000 + at_s / 60 * memory_kb,
            descriptors: 2_020 + at_s / 60 * descriptors,
            viewers: 2_000,
            facts: at_s / 60 * facts,
            cpu_ms: 0,
        };
        let samples: Vec<Sample> = (0..=3_600).step_by(10).map(sample).collect();
        let (settled, end) = levels(&samples).expect("samples");
        faults(settled, end)
    }

    #[test]
    fn what_leaks_is_told_and_what_facts_need_is_not() {
        assert_eq!(run(0, 0, 0), Vec::<String>::new());
        assert_eq!(run(100, 0, 0).len(), 1, "five megabytes in an hour");
        assert_eq!(run(100, 0, 120), Vec::<String>::new());
        assert_eq!(run(0, 1, 0).len(), 1, "one descriptor a minute");
    }
}
