//! Start times of a list as starts: one for all that go off together.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tasuki_race::{Bib, Fact, FactKind, Instant, Slug, StartTarget};

use crate::context::Context;
use crate::identity;
use crate::row::{Outcome, Planned, Row};
use crate::times::Times;

/// The new starts of a list.
pub(super) struct Starts<'c, 'p> {
    context: &'c Context<'p>,
    /// By the leg's position and the moment.
    together: BTreeMap<(usize, Instant), Vec<Departure>>,
}

/// Somebody who starts, and the row that says so.
struct Departure {
    bib: Bib,
    row: usize,
}

impl<'c, 'p> Starts<'c, 'p> {
    pub(super) fn new(context: &'c Context<'p>) -> Self {
        Self {
            context,
            together: BTreeMap::new(),
        }
    }

    /// A start as it is written, in a row that will stand at `index`.
    pub(super) fn read(&mut self, row: &mut Row, index: usize, bib: &Bib, leg: &Slug, text: &str) {
        row.bib = Some(bib.to_string());
        row.leg = Some(leg.clone());
        match self.context.reader.read(text, Times::Clock, None) {
            Ok(read) => {
                row.time = Some(read.time);
                if let Some((code, detail)) = read.warning {
                    row.warn(code, detail);
                }
                self.compare(row, index, bib, leg, read.time);
            }
            Err(trouble) => row.refuse(trouble),
        }
    }

    /// Against the start that the bib has now.
    fn compare(&mut self, row: &mut Row, index: usize, bib: &Bib, leg: &Slug, time: Instant) {
        let now = self.context.race.own_gun(bib, leg);
        if now == Some(time) {
            return;
        }
        row.outcome = match now {
            None => Outcome::Add,
            Some(now) => {
                row.before = at(now);
                row.after = at(time);
                Outcome::Change
            }
        };
        let position = self.context.catalogue.legs.position(leg).unwrap_or(0);
        let together = self.together.entry((position, time)).or_default();
        together.push(Departure {
            bib: bib.clone(),
            row: index,
        });
    }

    /// The facts, and in the rows their ids.
    pub(super) fn facts(self, rows: &mut [Row]) -> Vec<Planned> {
        let mut facts = Vec::with_capacity(self.together.len());
        for ((position, time), mut together) in self.together {
            let Some(leg) = self.context.definition.legs.get(position) else {
                continue;
            };
            together.sort_by(|a, b| a.bib.cmp(&b.bib));
            let (bibs, from): (Vec<Bib>, Vec<usize>) = together
                .into_iter()
                .map(|departure| (departure.bib, departure.row))
                .unzip();
            let race = self.context.race;
            let id = |again| identity::start(race.race(), &leg.id, time, &bibs, again);
            // They may have had this start before, and another since.
            let Some(id) = (0..).map(id).find(|id| !race.has_fact(id)) else {
                continue;
            };
            from.iter().for_each(|row| rows[*row].event = Some(id));
            let kind = FactKind::Started {
                leg: Some(leg.id.clone()),
                target: StartTarget::Bibs(bibs),
            };
            let fact = Fact {
                id,
                time: Some(time),
                note: None,
                kind,
            };
            facts.push(Planned { fact, rows: from });
        }
        facts
    }
}

fn at(time: Instant) -> Map<String, Value> {
    Map::from_iter([("time".to_owned(), json!(time))])
}
