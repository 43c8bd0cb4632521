//! What the metrics say at a moment, as far as minutes are made of it.

use std::collections::BTreeMap;

use tasuki_log::Minute;
use tasuki_race::Instant;

/// Of the operator's listener: they tell of the server, not of those it is for.
const NOT_FOR_PEOPLE: [&str; 3] = ["/health", "/ready", "/metrics"];
/// The end of a viewer's route.
const LIVE: &str = "/live";

/// Counts since the process began, and what simply is.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    requests: u64,
    failed: u64,
    turned_away: u64,
    answers: Buckets,
    viewers: u64,
    facts: u64,
    append: Buckets,
    shown: Buckets,
    commit_failures: u64,
    pool_in_use: u64,
    pool_max: u64,
}

/// How many took at most so long; by the upper end, microseconds.
type Buckets = BTreeMap<u64, u64>;

impl Reading {
    /// Reads the text of the metrics.
    pub(super) fn of(text: &str) -> Self {
        let mut reading = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(sample) = Sample::read(line) {
                reading.add(&sample);
            }
        }
        reading
    }

    fn add(&mut self, sample: &Sample<'_>) {
        let count = sample.count();
        match sample.name {
            "tasuki_http_request_duration_seconds_count" if sample.is_for_people() => {
                let status = sample.label("status");
                self.requests += count;
                if status.starts_with('5') {
                    self.failed += count;
                }
                if status == "503" && sample.label("route").ends_with(LIVE) {
                    self.turned_away += count;
                }
            }
            "tasuki_http_request_duration_seconds_bucket" if sample.is_for_people() => {
                sample.add_to(&mut self.answers);
            }
            "tasuki_log_append_duration_seconds_bucket" => sample.add_to(&mut self.append),
            "tasuki_shown_lag_seconds_bucket" => sample.add_to(&mut self.shown),
            "tasuki_viewers" => self.viewers = count,
            "tasuki_log_facts_total" => self.facts = count,
            "tasuki_log_commit_failures_total" => self.commit_failures = count,
            "tasuki_database_connections_in_use" => self.pool_in_use = count,
            "tasuki_database_connections_max" => self.pool_max = count,
            _ => {}
        }
    }

    /// What came since `before`, in the minute of that moment.
    pub(super) fn since(&self, before: &Self, moment: Instant) -> Minute {
        Minute {
            requests: self.requests.saturating_sub(before.requests),
            failed: self.failed.saturating_sub(before.failed),
            turned_away: self.turned_away.saturating_sub(before.turned_away),
            p95_ms: within_ms(&self.answers, &before.answers, 0.95),
            viewers: self.viewers,
            facts: self.facts.saturating_sub(before.facts),
            append_p99_ms: within_ms(&self.append, &before.append, 0.99),
            shown_p99_ms: within_ms(&self.shown, &before.shown, 0.99),
            commit_failures: self.commit_failures.saturating_sub(before.commit_failures),
            pool_in_use: self.pool_in_use,
            pool_max: self.pool_max,
            ..Minute::of(moment)
        }
    }
}

/// Within how many milliseconds that share of what came between stayed, as Prometheus
/// reckons it: evenly spread within a bucket, and beyond the last one as much as that.
fn within_ms(now: &Buckets, before: &Buckets, share: f64) -> u64 {
    let grown = now.iter().map(|(end, count)| {
        let before = before.get(end).copied().unwrap_or(0);
        (*end, count.saturating_sub(before))
    });
    let grown: Vec<(u64, u64)> = grown.collect();
    let all = grown.last().map_or(0, |(_, count)| *count);
    if all == 0 {
        return 0;
    }
    let rank = share * all as f64;
    let (mut begin, mut below) = (0.0, 0.0);
    for (end, count) in grown {
        let count = count as f64;
        if end == u64::MAX {
            break;
        }
        if count >= rank {
            let within = (rank - below) / (count - below).max(1.0);
            return in_ms(begin + (end as f64 - begin) * within);
        }
        (begin, below) = (end as f64, count);
    }
    in_ms(begin)
}

/// Whole milliseconds, upwards: what was measured is more than nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest"
)]
fn in_ms(us: f64) -> u64 {
    (us / 1_000.0).ceil() as u64
}

/// A line of the metrics.
struct Sample<'t> {
    name: &'t str,
    labels: &'t str,
    value: f64,
}

impl<'t> Sample<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        let (labels, value) = match rest.strip_prefix('{') {
            // A route has braces of its own.
            Some(rest) => rest.rsplit_once("} ")?,
            None => ("", rest),
        };
        let value = value.split_whitespace().next()?.parse().ok()?;
        Some(Self {
            name,
            labels,
            value,
        })
    }

    /// Values of ours have neither quotes nor commas: routes, methods, numbers.
    fn label(&self, name: &str) -> &'t str {
        let mut labels = self.labels.split(',').filter_map(|it| it.split_once('='));
        let label = labels.find(|(of, _)| of.trim() == name);
        label.map_or("", |(_, value)| value.trim_matches('"'))
    }

    fn is_for_people(&self) -> bool {
        !NOT_FOR_PEOPLE.contains(&self.label("route"))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are whole, and what is below nothing is nothing"
    )]
    fn count(&self) -> u64 {
        self.value as u64
    }

    fn add_to(&self, buckets: &mut Buckets) {
        let end = self.label("le");
        let end_us = match end.parse::<f64>() {
            Ok(end_s) if end_s.is_finite() => end_s * 1_000_000.0,
            Ok(_) => f64::INFINITY,
            Err(_) => return,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what has no end has the greatest"
        )]
        let end_us = end_us as u64;
        *buckets.entry(end_us).or_default() += self.count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server prints after so many requests of each kind.
    fn text(fast: u32, slow: u32, failed: u32, facts: u32) -> String {
        let route = "/api/races/{race}/live";
        let all = fast + slow + failed;
        format!(
            "# HELP tasuki_viewers Viewers connected\n\
             tasuki_viewers 12\n\
             tasuki_log_facts_total {facts}\n\
             tasuki_database_connections_in_use 2\n\
             tasuki_database_connections_max 8\n\
             tasuki_http_request_duration_seconds_count{{method=\"GET\",route=\"/api/races\",status=\"200\"}} {}\n\
             tasuki_http_request_duration_seconds_count{{method=\"GET\",route=\"{route}\",status=\"503\"}} {failed}\n\
             tasuki_http_request_duration_seconds_count{{method=\"GET\",route=\"/metrics\",status=\"500\"}} 900\n\
             tasuki_http_request_duration_seconds_bucket{{le=\"0.1\",method=\"GET\",route=\"{route}\",status=\"503\"}} {fast}\n\
             tasuki_http_request_duration_seconds_bucket{{le=\"1.0\",method=\"GET\",route=\"{route}\",status=\"503\"}} {all}\n\
             tasuki_http_request_duration_seconds_bucket{{le=\"+Inf\",method=\"GET\",route=\"{route}\",status=\"503\"}} {all}\n",
            fast + slow
        )
    }

    #[test]
    fn a_minute_is_what_came_between_two_readings() {
        let before = Reading::of(&text(1_000, 0, 3, 70));
        let after = Reading::of(&text(1_080, 15, 8, 100));
        let moment = Instant::from_ms(61_000);
        let minute = after.since(&before, moment);
        let expected = Minute {
            at_ms: 60_000,
            requests: 100,
            failed: 5,
            turned_away: 5,
            // The 95th of 100 is the 15th of the 20 that took up to a second.
            p95_ms: 775,
            viewers: 12,
            facts: 30,
            pool_in_use: 2,
            pool_max: 8,
            ..Minute::default()
        };
        assert_eq!(minute, expected);
    }

    #[test]
    fn where_nothing_came_nothing_took_any_time() {
        let reading = Reading::of(&text(10, 0, 0, 0));
        let minute = reading.since(&reading, Instant::from_ms(0));
        assert_eq!((minute.requests, minute.p95_ms), (0, 0));
    }

    #[test]
    fn beyond_the_last_bucket_it_is_as_long_as_that() {
        let now = Buckets::from([(100_000, 1), (1_000_000, 2), (u64::MAX, 50)]);
        assert_eq!(within_ms(&now, &Buckets::new(), 0.95), 1_000);
    }
}
