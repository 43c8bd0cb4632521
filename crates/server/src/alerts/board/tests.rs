//! The stories that `promtool` plays to the rules, played to the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use super::*;
use crate::alerts::table::{ELSEWHERE, RULES};

/// A file of stories, as `promtool test rules` reads it.
#[derive(Deserialize)]
struct File {
    tests: Vec<Story>,
}

#[derive(Deserialize)]
struct Story {
    name: String,
    interval: String,
    input_series: Vec<Told>,
    promql_expr_test: Vec<Question>,
}

#[derive(Deserialize)]
struct Told {
    series: String,
    values: String,
}

#[derive(Deserialize)]
struct Question {
    expr: String,
    eval_time: String,
    #[serde(default)]
    exp_samples: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    labels: String,
    value: f64,
}

/// Which alerts fire, how bad they are, and how often.
type Firing = BTreeMap<(String, String), usize>;

fn seconds(time: &str) -> u32 {
    let mut sum = 0;
    let mut digits = String::new();
    for c in time.chars() {
        match c {
            'm' | 's' => {
                let number: u32 = digits.parse().expect("a number");
                sum += number * if c == 'm' { 60 } else { 1 };
                digits.clear();
            }
            digit => digits.push(digit),
        }
    }
    sum
}

/// The values of a series, as promtool writes them: `a+bxn` is a and n more, each b
/// greater than the last; `_` is none.
fn values(text: &str) -> Vec<Option<f64>> {
    let mut values = Vec::new();
    for word in text.split_whitespace() {
        let (value, times) = match word.split_once('x') {
            Some((value, times)) => (value, times.parse::<u32>().expect("a number")),
            None => (word, 0),
        };
        let number = |text: &str| text.parse::<f64>().expect("a number");
        match value {
            "_" => values.extend((0..times.max(1)).map(|_| None)),
            "stale" => values.push(None),
            value => {
                let sign = value[1..].find(['+', '-']).map(|at| at + 1);
                let (first, step) = match sign {
                    Some(at) => (number(&value[..at]), number(&value[at..])),
                    None => (number(value), 0.0),
                };
                let all = (0..=times).map(|n| Some(first + step * f64::from(n)));
                values.extend(all);
            }
        }
    }
    values
}

impl Story {
    /// What the metrics say at each of its moments.
    fn texts(&self) -> Vec<String> {
        let series = self.input_series.iter();
        let series = series.map(|told| (told.series.replace(", ", ","), values(&told.values)));
        let series: Vec<_> = series.collect();
        let moments = series.iter().map(|(_, values)| values.len()).max();
        let text = |moment: usize| {
            let mut text = String::new();
            for (name, values) in &series {
                if let Some(Some(value)) = values.get(moment) {
                    let _ = writeln!(text, "{name} {value}");
                }
            }
            text
        };
        (0..moments.unwrap_or(0)).map(text).collect()
    }

    /// What fires at each moment.
    fn play(&self) -> Vec<Firing> {
        let mut board = Board::new(RULES);
        let every = f64::from(seconds(&self.interval));
        let mut at_s = 0.0;
        let mut played = Vec::new();
        for text in self.texts() {
            board.look(at_s, Instant::from_ms(0), &text);
            at_s += every;
            let mut firing = Firing::new();
            for alert in board.standing().iter().filter(|it| it.fired.is_some()) {
                let (name, severity) = (alert.rule.name, alert.rule.severity.name());
                *firing.entry((name.into(), severity.into())).or_default() += 1;
            }
            played.push(firing);
        }
        played
    }
}

impl Question {
    fn is_of_critical(&self) -> bool {
        self.expr.contains("severity=\"critical\"")
    }

    /// The one alert that it is about, if so.
    fn is_of(&self) -> Option<&str> {
        let (_, rest) = self.expr.split_once("alertname=\"")?;
        rest.split('"').next()
    }

    /// What is to fire, but for what only others can see.
    fn expected(&self) -> Firing {
        let samples = self.exp_samples.iter().map(|sample| {
            let label = |name: &str| {
                let (_, rest) = sample.labels.split_once(name).expect("a label");
                rest.split('"').nth(1).expect("a value").to_owned()
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "few"
            )]
            let count = sample.value as usize;
            ((label("alertname="), label("severity=")), count)
        });
        samples
            .filter(|((name, _), _)| !ELSEWHERE.contains(&name.as_str()))
            .collect()
    }
}

#[test]
fn every_story_that_is_told_to_prometheus_ends_the_same_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/prometheus/tests");
    let mut fired = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("stories") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a story");
        let file: File = serde_norway::from_str(&text).expect("as promtool reads it");
        for story in file.tests {
            let played = story.play();
            for question in &story.promql_expr_test {
                let moment = seconds(&question.eval_time) / seconds(&story.interval);
                let mut firing = played[moment as usize].clone();
                if question.is_of_critical() {
                    firing.retain(|(_, severity), _| severity == "critical");
                }
                if let Some(of) = question.is_of() {
                    firing.retain(|(name, _), _| name == of);
                }
                let (name, when) = (&story.name, &question.eval_time);
                assert_eq!(firing, question.expected(), "{name}, at {when}");
                fired.extend(firing.into_keys().map(|(name, _)| name));
            }
        }
    }
    // Each of them has its story.
    let all: BTreeSet<_> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(fired, all);
}
