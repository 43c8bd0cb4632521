//! What was read lately, and what is made of it: as Prometheus reckons it, so that
//! both come to the same.

use std::collections::{HashSet, VecDeque};

use crate::alerts::rule::When;
use crate::alerts::sample::{Group, Reader, Values};
use crate::alerts::series::{Measure, Series};

/// As far as any alert looks back, seconds.
const LOOK_BACK_S: f64 = 15.0 * 60.0;
/// Samples kept at most: what is looked back on at one every second or so.
const SAMPLES_MAX: usize = 1_024;
/// Of the time between samples, how much more may be missing at the end of a window
/// for it to count as covered: as Prometheus has it.
const COVERED: f64 = 1.1;

/// What was read at a moment.
struct Sample {
    /// Seconds since some moment.
    at_s: f64,
    /// By the place of the series.
    values: Vec<Values>,
    /// All that there was then; else only what is known from elsewhere.
    whole: bool,
}

/// What was read lately: a bounded ring.
pub(crate) struct History {
    reader: Reader,
    samples: VecDeque<Sample>,
}

impl History {
    /// Of what these conditions are made of.
    pub(crate) fn of<'r>(conditions: impl Iterator<Item = &'r When>) -> Self {
        let mut series = Vec::new();
        for measure in conditions.flat_map(When::measures) {
            measure.series(&mut series);
        }
        Self {
            reader: Reader::new(series),
            samples: VecDeque::new(),
        }
    }

    /// Adds what the metrics say at that moment, later than all before.
    pub(crate) fn add(&mut self, at_s: f64, text: &str) {
        self.push(at_s, text, true);
    }

    /// Adds one thing that is known of a moment before this process began.
    pub(crate) fn recall(&mut self, at_s: f64, text: &str) {
        self.push(at_s, text, false);
    }

    fn push(&mut self, at_s: f64, text: &str, whole: bool) {
        let values = self.reader.read(text);
        let sample = Sample {
            at_s,
            values,
            whole,
        };
        self.samples.push_back(sample);
        let is_old = |sample: &Sample| sample.at_s < at_s - LOOK_BACK_S;
        while self.samples.len() > SAMPLES_MAX || self.samples.front().is_some_and(is_old) {
            self.samples.pop_front();
        }
    }

    /// Where a condition is met now, with the value that meets it.
    pub(crate) fn meets(&self, when: &When) -> Values {
        let kept = |measure: &Measure, test: &dyn Fn(f64) -> bool| {
            let mut values = self.now(measure);
            values.retain(|_, value| test(*value));
            values
        };
        match when {
            When::Over(measure, bound) => kept(measure, &|value| value > *bound),
            When::Under(measure, bound) => kept(measure, &|value| value < *bound),
            When::AtLeast(measure, bound) => kept(measure, &|value| value >= *bound),
            // What is compared so is a count.
            When::Is(measure, bound) => kept(measure, &|value| (value - bound).abs() < 0.5),
            When::All(conditions) => {
                let mut met = conditions.iter().map(|condition| self.meets(condition));
                let mut all = met.next().unwrap_or_default();
                met.for_each(|other| all.retain(|group, _| other.contains_key(group)));
                all
            }
            When::Any(conditions) => {
                let mut any = Values::new();
                for condition in conditions.iter().rev() {
                    any.extend(self.meets(condition));
                }
                any
            }
        }
    }

    /// What a measure is now.
    fn now(&self, measure: &Measure) -> Values {
        match measure {
            Measure::Now(series) => self.last(series),
            Measure::MoreThan(series, least) => {
                let mut values = self.last(series);
                values.retain(|_, value| *value > f64::from(*least));
                values
            }
            Measure::Average(series, window) => self.over(series, *window, mean),
            Measure::Least(series, window) => self.over(series, *window, |points| {
                points.iter().map(|(_, value)| *value).reduce(f64::min)
            }),
            Measure::Changes(series, window) => self.over(series, *window, |points| {
                let changes = points.windows(2).filter(|pair| differ(pair));
                u32::try_from(changes.count()).ok().map(f64::from)
            }),
            Measure::Increase(series, window) => self.growth(series, *window),
            Measure::Rate(series, window) => {
                let mut grown = self.growth(series, *window);
                grown.values_mut().for_each(|it| *it /= f64::from(*window));
                grown
            }
            Measure::P95(series, window) => p95(&self.growth(series, *window)),
            Measure::Share(part, whole) => {
                let whole = self.now(whole);
                let mut shares = self.now(part);
                shares.retain(|group, value| {
                    let Some(whole) = whole.get(group) else {
                        return false;
                    };
                    *value /= whole;
                    // Nothing of nothing is no share.
                    !value.is_nan()
                });
                shares
            }
        }
    }

    fn last(&self, series: &Series) -> Values {
        let place = self.reader.place(series);
        let values = place.and_then(|place| self.samples.back()?.values.get(place));
        values.cloned().unwrap_or_default()
    }

    /// What is made of the points of each group within a window.
    fn over(
        &self,
        series: &Series,
        window: u32,
        make: impl Fn(&[(f64, f64)]) -> Option<f64>,
    ) -> Values {
        self.points(series, window, None, |points, _| make(points))
    }

    /// How much a counter grew within a window. One that appears has begun at
    /// nothing: we watch from the beginning.
    fn growth(&self, series: &Series, window: u32) -> Values {
        self.points(series, window, Some(0.0), |points, now_s| {
            increase(points, now_s, f64::from(window))
        })
    }

    fn points(
        &self,
        series: &Series,
        window: u32,
        absent: Option<f64>,
        make: impl Fn(&[(f64, f64)], f64) -> Option<f64>,
    ) -> Values {
        let Some((place, now_s)) = self.reader.place(series).zip(self.now_s()) else {
            return Values::new();
        };
        let from_s = now_s - f64::from(window);
        let within = self.samples.iter().filter(|it| it.at_s >= from_s);
        let within: Vec<_> = within.collect();
        let groups = within.iter().flat_map(|it| it.values[place].keys());
        let groups: HashSet<&Group> = groups.collect();
        let of_group = |group: &Group| {
            let points = within.iter().filter_map(|sample| {
                let value = sample.values[place].get(group).copied();
                let absent = absent.filter(|_| sample.whole);
                Some((sample.at_s, value.or(absent)?))
            });
            let points: Vec<_> = points.collect();
            Some((group.clone(), make(&points, now_s)?))
        };
        groups.into_iter().filter_map(of_group).collect()
    }

    fn now_s(&self) -> Option<f64> {
        self.samples.back().map(|sample| sample.at_s)
    }
}

fn differ(pair: &[(f64, f64)]) -> bool {
    (pair[0].1 - pair[1].1).abs() > f64::EPSILON
}

fn mean(points: &[(f64, f64)]) -> Option<f64> {
    let count = u32::try_from(points.len()).ok().filter(|it| *it > 0)?;
    let sum: f64 = points.iter().map(|(_, value)| value).sum();
    Some(sum / f64::from(count))
}

/// How much a counter grew within a window that ends at `now_s`; where its points
/// begin later or end earlier, as it would have gone on, and never from below zero.
fn increase(points: &[(f64, f64)], now_s: f64, window_s: f64) -> Option<f64> {
    let ((first_s, first), (last_s, last)) = (*points.first()?, *points.last()?);
    let covered_s = last_s - first_s;
    let gaps = u32::try_from(points.len() - 1).ok().filter(|it| *it > 0)?;
    // A counter that fell was begun anew.
    let restarted = points.windows(2).filter(|pair| pair[1].1 < pair[0].1);
    let lost: f64 = restarted.map(|pair| pair[0].1).sum();
    let grown = last - first + lost;
    let between_s = covered_s / f64::from(gaps);
    let beyond = |gap_s: f64| match gap_s < between_s * COVERED {
        true => gap_s,
        false => between_s / 2.0,
    };
    let mut before_s = beyond(first_s - (now_s - window_s));
    if grown > 0.0 && first >= 0.0 {
        before_s = before_s.min(covered_s * first / grown);
    }
    let after_s = beyond(now_s - last_s);
    Some(grown * (covered_s + before_s + after_s) / covered_s)
}

/// The 95th percentile of what fell into buckets, which are told apart by `le`.
fn p95(buckets: &Values) -> Values {
    let mut spread: Vec<(f64, f64)> = buckets
        .iter()
        .filter_map(|(group, count)| {
            let (_, end) = group.iter().find(|(name, _)| *name == "le")?;
            let end = match end.as_str() {
                "+Inf" => f64::INFINITY,
                end => end.parse().ok()?,
            };
            Some((end, *count))
        })
        .collect();
    spread.sort_by(|a, b| a.0.total_cmp(&b.0));
    quantile(0.95, &spread)
        .map(|value| (Group::new(), value))
        .into_iter()
        .collect()
}

/// A quantile of counts up to the ends of buckets, the last of which is endless.
fn quantile(of: f64, spread: &[(f64, f64)]) -> Option<f64> {
    let (_, all) = *spread.last()?;
    if all <= 0.0 {
        return None;
    }
    let rank = of * all;
    let place = spread.iter().position(|(_, count)| *count >= rank)?;
    let (end, count) = spread[place];
    let (begin, before) = match place.checked_sub(1) {
        Some(last) => spread[last],
        None => (0.0, 0.0),
    };
    if end.is_infinite() {
        return Some(begin);
    }
    Some(begin + (end - begin) * (rank - before) / (count - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_was_begun_anew_has_not_fallen() {
        let points = [
            (0.0, 10.0),
            (15.0, 20.0),
            (30.0, 5.0),
            (45.0, 15.0),
            (60.0, 25.0),
        ];
        let grown = increase(&points, 60.0, 60.0).expect("it grew");
        assert!((grown - 35.0).abs() < 1e-9, "{grown}");
    }

    #[test]
    fn what_is_not_covered_goes_on_as_it_went() {
        // Sampled up to a little before the end.
        let points = [(5.0, 100.0), (15.0, 200.0), (25.0, 300.0)];
        let grown = increase(&points, 30.0, 30.0).expect("it grew");
        assert!((grown - 300.0).abs() < 1e-9, "{grown}");
        // From nothing on: it cannot have been less before.
        let points = [(5.0, 0.0), (15.0, 100.0), (25.0, 200.0)];
        let grown = increase(&points, 25.0, 30.0).expect("it grew");
        assert!((grown - 200.0).abs() < 1e-9, "{grown}");
    }

    #[test]
    fn a_quantile_lies_between_the_ends_of_its_bucket() {
        let spread = [(1.0, 90.0), (3.0, 100.0), (f64::INFINITY, 100.0)];
        let value = quantile(0.95, &spread).expect("there are some");
        assert!((value - 2.0).abs() < 1e-9, "{value}");
        let beyond = [(1.0, 10.0), (f64::INFINITY, 100.0)];
        assert_eq!(quantile(0.95, &beyond), Some(1.0));
        assert_eq!(quantile(0.95, &[(1.0, 0.0), (f64::INFINITY, 0.0)]), None);
        assert_eq!(quantile(0.95, &[]), None);
    }
}
