//! Figures by name; the unit is the end of the name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What one run of one server gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Sets one, where there is one.
    pub fn set(&mut self, name: &str, value: f64) {
        // To a thousandth: the rest is noise, and long to read.
        let value = (value * 1_000.0).round() / 1_000.0;
        // What was divided by nothing is no figure, and JSON has no word for it.
        if value.is_finite() {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// A line for who waits for the rest.
    #[must_use]
    pub fn summary(&self) -> String {
        let names = [
            "delivered_per_cpu_s",
            "delivered_per_s",
            "p50_ms",
            "p99_ms",
            "lost",
        ];
        self.line(&names)
    }

    /// These figures on a line.
    #[must_use]
    pub fn line(&self, names: &[&str]) -> String {
        let shown = |name: &&str| format!("{name} {:.1}", self.get(name).unwrap_or_default());
        let shown: Vec<String> = names.iter().map(shown).collect();
        shown.join(", ")
    }

    /// Keeps all under a longer name, before the same are measured again.
    pub fn put_aside(&mut self, prefix: &str) {
        let renamed = self
            .0
            .iter()
            .map(|(name, value)| (format!("{prefix}_{name}"), *value));
        let renamed: Vec<_> = renamed.collect();
        self.0.extend(renamed);
    }

    /// Of each figure the median of several runs.
    #[must_use]
    pub fn median(runs: &[Self]) -> Self {
        let names = runs.iter().flat_map(|run| run.0.keys());
        let median = |name: &String| {
            let mut values: Vec<f64> = runs.iter().filter_map(|run| run.get(name)).collect();
            values.sort_by(f64::total_cmp);
            let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
            (name.clone(), f64::midpoint(low, high))
        };
        Self(names.map(median).collect())
    }
}

/// The delay that so many in a hundred do not exceed, of delays in
/// microseconds and how many there were of each.
#[must_use]
pub fn percentile_ms(delays_us: &[(u64, u64)], percent: u64) -> f64 {
    let mut delays = delays_us.to_vec();
    delays.sort_unstable();
    let count: u64 = delays.iter().map(|(_, count)| count).sum();
    let (rank, mut seen) = ((count * percent).div_ceil(100), 0);
    let at = delays.iter().find(|(_, count)| {
        seen += count;
        seen >= rank
    });
    at.map_or(0.0, |(delay, _)| *delay as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_over_all_crowds() {
        let delays = [(1_000, 50), (9_000, 1), (2_000, 49)];
        assert_eq!(percentile_ms(&delays, 50), 1.0);
        assert_eq!(percentile_ms(&delays, 99), 2.0);
        assert_eq!(percentile_ms(&delays, 100), 9.0);
        assert_eq!(percentile_ms(&[], 50), 0.0);
    }

    #[test]
    fn the_median_is_taken_of_each_figure() {
        let run = |a, b: Option<f64>| {
            let mut run = Figures::default();
            run.set("a", a);
            b.inspect(|b| run.set("b", *b));
            run
        };
        let median = Figures::median(&[run(3.0, None), run(1.0, Some(4.0)), run(2.0, Some(6.0))]);
        assert_eq!(median, run(2.0, Some(5.0)));
    }
}
