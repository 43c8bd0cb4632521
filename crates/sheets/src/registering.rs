//! Entries as a file wants them, compared with those in force: what is equal
//! makes no fact.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use tasuki_race::{Bib, Entry, Fact, FactKind, Member, Name, Slug};

use crate::catalogue::Names;
use crate::context::Context;
use crate::identity;
use crate::naming::Named;
use crate::row::{Outcome, Planned, Row, Trouble};

/// An entry as a row describes it; what the file does not speak of stays as
/// it is.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) bib: Bib,
    pub(crate) name: Named,
    pub(crate) categories: Option<Vec<Slug>>,
    pub(crate) ranked: Option<bool>,
    /// By leg; an empty list takes its members away.
    pub(crate) members: Vec<(Slug, Vec<Named>)>,
}

/// Considers the rows of a file one after the other.
#[derive(Debug)]
pub(crate) struct Registrar<'c, 'p> {
    context: &'c Context<'p>,
    /// Bibs of the file, with their line.
    seen: FxHashMap<Bib, (u64, Entry)>,
}

impl<'c, 'p> Registrar<'c, 'p> {
    pub(crate) fn new(context: &'c Context<'p>) -> Self {
        Self {
            context,
            seen: FxHashMap::default(),
        }
    }

    /// Decides about a row that will stand at `index`.
    pub(crate) fn consider(
        &mut self,
        wanted: Wanted,
        row: &mut Row,
        index: usize,
    ) -> Result<Option<Planned>, Trouble> {
        let bib = wanted.bib.clone();
        let registration = self.context.race.registration(&bib);
        let now = registration.entry.map(|entry| &**entry);
        let entry = wanted.over(now, &self.context.catalogue.legs)?;
        row.name = Some(entry.name.clone());
        if let Some((line, other)) = self.seen.get(&bib) {
            if *other == entry {
                row.duplicate_of(format!("line {line} says the same"));
                return Ok(None);
            }
            let detail = format!("bib: line {line} registers `{bib}` otherwise; keep one of them");
            return Err(Trouble::new("bib_repeated", detail));
        }
        self.seen.insert(bib, (row.line, entry.clone()));
        match now {
            Some(now) if *now == entry => return Ok(None),
            Some(now) => {
                row.outcome = Outcome::Change;
                (row.before, row.after) = differences(now, &entry);
            }
            None => row.outcome = Outcome::Add,
        }
        let planned = planned(self.context, registration.last, entry, vec![index]);
        row.event = Some(planned.fact.id);
        Ok(Some(planned))
    }
}

/// The fact that registers `entry` in place of what fact `replaced` did.
pub(crate) fn planned(
    context: &Context<'_>,
    replaced: Option<u64>,
    entry: Entry,
    rows: Vec<usize>,
) -> Planned {
    let id = identity::registration(context.race.race(), replaced, &entry);
    let fact = Fact {
        id,
        time: None,
        note: None,
        kind: FactKind::EntryRegistered(Box::new(entry)),
    };
    Planned { fact, rows }
}

impl Wanted {
    fn over(self, now: Option<&Entry>, legs: &Names) -> Result<Entry, Trouble> {
        let name = match now {
            Some(now) if self.name.is_empty() => now.name.clone(),
            None if self.name.is_empty() => {
                let detail = format!("name: `{}` is not entered yet and needs a name", self.bib);
                return Err(Trouble::new("missing_name", detail));
            }
            _ => self.name.over(now.map(|entry| &entry.name))?,
        };
        let mut entry = Entry {
            bib: self.bib,
            name,
            categories: now
                .map(|entry| entry.categories.clone())
                .unwrap_or_default(),
            ranked: self.ranked.unwrap_or(now.is_none_or(|entry| entry.ranked)),
            members: now.map(|entry| entry.members.clone()).unwrap_or_default(),
        };
        if let Some(categories) = self.categories
            && !is_same_set(&entry.categories, &categories)
        {
            entry.categories = categories;
        }
        for (leg, named) in self.members {
            set_members(&mut entry, &leg, &named, legs)?;
        }
        Ok(entry)
    }
}

/// Gives a leg these members, and puts them in the order of the course.
pub(crate) fn set_members(
    entry: &mut Entry,
    leg: &Slug,
    named: &[Named],
    legs: &Names,
) -> Result<(), Trouble> {
    let now: Vec<Name> = on_leg(entry, leg).cloned().collect();
    let names = named
        .iter()
        .enumerate()
        .map(|(at, named)| named.over(now.get(at)))
        .collect::<Result<Vec<Name>, Trouble>>()?;
    if names == now {
        return Ok(());
    }
    entry.members.retain(|member| member.leg != *leg);
    let member = |name| Member {
        leg: leg.clone(),
        name,
    };
    entry.members.extend(names.into_iter().map(member));
    entry
        .members
        .sort_by_key(|member| legs.position(&member.leg));
    Ok(())
}

/// Who runs a leg.
pub(crate) fn on_leg<'e>(entry: &'e Entry, leg: &Slug) -> impl Iterator<Item = &'e Name> {
    let on_leg = entry
        .members
        .iter()
        .filter(move |member| member.leg == *leg);
    on_leg.map(|member| &member.name)
}

fn is_same_set(a: &[Slug], b: &[Slug]) -> bool {
    a.len() == b.len() && a.iter().all(|category| b.contains(category))
}

type Members = Map<String, Value>;

/// The members of two entries that differ.
fn differences(before: &Entry, after: &Entry) -> (Members, Members) {
    let (mut old, mut new) = (Map::new(), Map::new());
    let mut compare = |member: &str, a: Value, b: Value| {
        if a != b {
            old.insert(member.to_owned(), a);
            new.insert(member.to_owned(), b);
        }
    };
    compare("name", json!(before.name), json!(after.name));
    compare(
        "categories",
        json!(before.categories),
        json!(after.categories),
    );
    compare("ranked", json!(before.ranked), json!(after.ranked));
    compare("members", json!(before.members), json!(after.members));
    (old, new)
}
