//! The race: an ekiden of the usual size over two days, in the order in which
//! its facts become known.
//!
//! The generator's race has no night in it. Here the second half of the legs is
//! run on the next morning, and each team starts as long after the first as it
//! came in behind it; who was sent off with others by then still is.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tasuki_race::{Bib, Fact, FactKind, Instant, StartTarget};
use tasuki_testkit::generate::{Ekiden, ekiden, seeded};

const SEED: u64 = 217;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// People watch from so long before the first gun of a day until so long after
/// the last passage.
const MARGIN_MS: i64 = 5 * 60 * 1_000;

/// A race, ready to be recorded.
pub(crate) struct Race {
    pub(crate) id: String,
    pub(crate) definition: Value,
    pub(crate) days: Vec<Day>,
}

/// What happens on one day.
pub(crate) struct Day {
    /// People begin to watch.
    pub(crate) from_ms: i64,
    /// They stop.
    pub(crate) until_ms: i64,
    /// Each with its time.
    pub(crate) facts: Vec<(i64, Value)>,
}

impl Race {
    /// Facts, without the definition.
    pub(crate) fn facts(&self) -> usize {
        self.days.iter().map(|day| day.facts.len()).sum()
    }

    /// For how long people watch.
    pub(crate) fn hours(&self) -> f64 {
        let watched = self.days.iter().map(|day| day.until_ms - day.from_ms);
        watched.sum::<i64>() as f64 / 3_600_000.0
    }
}

/// Makes one up, always the same of a size.
pub(crate) fn race(size: &Ekiden) -> Result<Race> {
    let told = ekiden(&mut seeded(SEED), size);
    let (first, facts) = told.split_first().context("a race without facts")?;
    let FactKind::RaceDefined(definition) = &first.kind else {
        bail!("a race begins with its definition");
    };
    let legs_day_one = size.legs.div_ceil(2);
    let last_stop = format!("exchange{legs_day_one}");
    let legs = legs_by_checkpoint(&json!(definition.checkpoints));
    let is_first = |fact: &&Fact| leg_of(fact, &legs) <= legs_day_one;
    let (one, two): (Vec<_>, Vec<_>) = facts.iter().partition(is_first);
    let [one, two]: [Vec<Fact>; 2] = [one, two].map(|day| day.into_iter().cloned().collect());
    let evening = Evening::of(&one, &last_stop)?;
    let two = evening.next_morning(&two, legs_day_one + 1)?;
    let mut definition = json!(definition);
    let points = definition["checkpoints"].as_array_mut();
    for point in points.into_iter().flatten() {
        if point["id"] == *last_stop {
            point["break"] = true.into();
        }
    }
    let id = definition["id"].as_str().context("an id")?.to_owned();
    let days = [timed(&one, 0)?, two]
        .into_iter()
        .filter(|facts| !facts.is_empty());
    Ok(Race {
        id,
        definition,
        days: days.map(day).collect(),
    })
}

fn day(mut facts: Vec<(i64, Value)>) -> Day {
    facts.sort_by_key(|(at, _)| *at);
    let [first, last] = [facts.first(), facts.last()].map(|it| it.map_or(0, |(at, _)| *at));
    Day {
        from_ms: first - MARGIN_MS,
        until_ms: last + MARGIN_MS,
        facts,
    }
}

/// The number of the leg that ends or is divided at a checkpoint.
fn legs_by_checkpoint(checkpoints: &Value) -> HashMap<String, usize> {
    let mut leg = 1;
    let mut legs = HashMap::new();
    for checkpoint in checkpoints.as_array().into_iter().flatten() {
        let id = checkpoint["id"].as_str().unwrap_or_default();
        legs.insert(id.to_owned(), leg);
        leg += usize::from(checkpoint["kind"] == "exchange");
    }
    legs
}

fn leg_of(fact: &Fact, legs: &HashMap<String, usize>) -> usize {
    match &fact.kind {
        FactKind::PassageRecorded { checkpoint, .. } => legs.get(&checkpoint.to_string()).copied(),
        FactKind::Started { leg, .. } => leg.as_ref().and_then(|leg| leg.to_string().parse().ok()),
        _ => None,
    }
    .unwrap_or(1)
}

/// How the first day ended: who came to its last stop when.
struct Evening {
    gun_ms: i64,
    arrivals: Vec<(Bib, i64)>,
}

impl Evening {
    fn of(facts: &[Fact], last_stop: &str) -> Result<Self> {
        let gun_ms = time(facts.first().context("no gun")?)?;
        let mut arrivals = Vec::new();
        for fact in facts {
            if let FactKind::PassageRecorded { bib, checkpoint } = &fact.kind
                && checkpoint.to_string() == last_stop
            {
                arrivals.push((bib.clone(), time(fact)?));
            }
        }
        Ok(Self { gun_ms, arrivals })
    }

    /// The second day's facts at their times, and the starts that it begins with.
    fn next_morning(&self, facts: &[Fact], leg: usize) -> Result<Vec<(i64, Value)>> {
        let Some((_, leader_ms)) = self.arrivals.first() else {
            return Ok(Vec::new());
        };
        let later_ms = DAY_MS - (leader_ms - self.gun_ms);
        let mut told = timed(facts, later_ms)?;
        let together = sent_off_together(facts, leg);
        let alone = self
            .arrivals
            .iter()
            .filter(|(bib, _)| !together.contains(bib));
        told.extend(alone.zip(1..).map(|((bib, at_ms), number)| {
            let at_ms = at_ms + later_ms;
            (at_ms, start(number, leg, bib, at_ms))
        }));
        Ok(told)
    }
}

/// Whom the generator sends into a leg with others.
fn sent_off_together(facts: &[Fact], into: usize) -> Vec<Bib> {
    let bibs = |fact: &Fact| match &fact.kind {
        FactKind::Started {
            leg: Some(leg),
            target: StartTarget::Bibs(bibs),
        } if leg.to_string() == into.to_string() => bibs.clone(),
        _ => Vec::new(),
    };
    facts.iter().flat_map(bibs).collect()
}

/// A start of one team.
fn start(number: u32, leg: usize, bib: &Bib, at_ms: i64) -> Value {
    json!({
        "id": format!("0198c0de-0000-7000-8000-{number:012x}"), "type": "started",
        "time": Instant::from_ms(at_ms).to_string(), "leg": leg.to_string(), "bibs": [bib],
    })
}

fn time(fact: &Fact) -> Result<i64> {
    Ok(fact.time.context("a fact without a time")?.ms())
}

/// Facts so much later, each with its time.
fn timed(facts: &[Fact], later_ms: i64) -> Result<Vec<(i64, Value)>> {
    facts
        .iter()
        .map(|fact| {
            let at = time(fact)? + later_ms;
            let mut fact = fact.clone();
            fact.time = Some(Instant::from_ms(at));
            Ok((at, serde_json::from_str(&fact.canonical())?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_days_begin_at_the_same_hour_and_every_team_starts_once() {
        let size = Ekiden {
            teams: 5,
            legs: 4,
            splits_per_leg: 1,
            ..Ekiden::default()
        };
        let race = race(&size).expect("a race");
        let [one, two] = &race.days[..] else {
            panic!("two days");
        };
        assert_eq!(two.from_ms - one.from_ms, DAY_MS);
        let passages = |day: &Day| {
            let kinds = day.facts.iter().map(|(_, fact)| &fact["type"]);
            kinds.filter(|kind| *kind == "passage_recorded").count()
        };
        assert_eq!([passages(one), passages(two)], [20, 20]);
        let mut started: Vec<_> = { two.facts.iter() }
            .filter(|(_, fact)| fact["leg"] == "3")
            .flat_map(|(_, fact)| fact["bibs"].as_array().expect("bibs").clone())
            .map(|bib| bib.to_string())
            .collect();
        started.sort_unstable();
        assert_eq!(started, ["\"1\"", "\"2\"", "\"3\"", "\"4\"", "\"5\""]);
    }
}
