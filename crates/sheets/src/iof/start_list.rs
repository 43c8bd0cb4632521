//! A `StartList` as entries, members and starts.

use std::collections::BTreeMap;

use serde_json::Map;
use tasuki_race::{CheckpointKind, Projector, Slug};

use super::starts::Starts;
use super::tree::Element;
use crate::context::{self, Context, Wishes};
use crate::fault::{Fault, shown};
use crate::naming::{self, Named};
use crate::registering::{Registrar, Wanted};
use crate::row::{Outcome, Plan, Planned, Row, Trouble, What};
use crate::table::ROWS_MAX;

/// What importing a start list would do.
///
/// # Errors
/// Where the file is no XML, or no start list of version 3.0.
pub fn start_list(bytes: &[u8], race: &Projector, wishes: &Wishes) -> Result<Plan, Fault> {
    let (root, encoding) = Element::read(bytes)?;
    check(&root)?;
    let context = Context::of(race, wishes)?;
    let mut reading = Reading {
        context: &context,
        wishes,
        registrar: Registrar::new(&context),
        rows: Vec::new(),
        facts: Vec::new(),
        starts: Starts::new(&context),
    };
    for class in root.all("ClassStart") {
        for (element, is_team) in persons_and_teams(class) {
            if reading.rows.len() >= 2 * ROWS_MAX {
                let detail = format!("a file has at most {ROWS_MAX} starts; import it in parts");
                return Err(Fault::new("too_many_rows", detail));
            }
            reading.start(class, element, is_team);
        }
    }
    if reading.rows.is_empty() {
        let detail =
            "the start list names nobody: no `PersonStart` or `TeamStart` is in a `ClassStart`";
        return Err(Fault::new("no_rows", detail));
    }
    let Reading {
        mut rows,
        mut facts,
        starts,
        ..
    } = reading;
    facts.extend(starts.facts(&mut rows));
    Ok(Plan {
        encoding,
        delimiter: None,
        columns: Map::new(),
        ignored: Vec::new(),
        rows,
        facts,
    })
}

fn check(root: &Element) -> Result<(), Fault> {
    let wanted = "export an IOF XML 3.0 `StartList`";
    match root.name.as_str() {
        "StartList" => {}
        "EntryList" => {
            let detail = format!("an `EntryList` has no bib numbers to know entries by; {wanted}");
            return Err(Fault::new("wrong_document", detail));
        }
        other => {
            let detail = format!("the document is a `{}`; {wanted}", shown(other));
            return Err(Fault::new("wrong_document", detail));
        }
    }
    match root.attribute("iofVersion") {
        Some("3.0") => Ok(()),
        Some(other) => {
            let detail = format!("the start list is of version `{}`; {wanted}", shown(other));
            Err(Fault::new("wrong_version", detail))
        }
        None => Err(Fault::new(
            "wrong_version",
            format!("the start list does not say `iofVersion=\"3.0\"`; {wanted}"),
        )),
    }
}

fn persons_and_teams(class: &Element) -> impl Iterator<Item = (&Element, bool)> {
    let persons = class.all("PersonStart").map(|person| (person, false));
    let teams = class.all("TeamStart").map(|team| (team, true));
    // A start without a person and a bib is a vacant place.
    persons
        .filter(|(person, _)| {
            person.first("Person").is_some() || !person.text_at(&["Start", "BibNumber"]).is_empty()
        })
        .chain(teams)
}

struct Reading<'c, 'p> {
    context: &'c Context<'p>,
    wishes: &'c Wishes,
    registrar: Registrar<'c, 'p>,
    rows: Vec<Row>,
    facts: Vec<Planned>,
    starts: Starts<'c, 'p>,
}

/// What a person or a team is called, and when its legs begin.
struct Starter {
    wanted: Wanted,
    /// By leg: as it is written.
    times: Vec<(Slug, String)>,
}

impl Reading<'_, '_> {
    fn start(&mut self, class: &Element, element: &Element, is_team: bool) {
        let mut row = Row::new(element.line, What::Entry);
        let read = self.starter(class, element, is_team, &mut row);
        let decided = read.and_then(|starter| {
            let bib = starter.wanted.bib.clone();
            let index = self.rows.len();
            let fact = self.registrar.consider(starter.wanted, &mut row, index)?;
            Ok((bib, starter.times, fact))
        });
        let (bib, times) = match decided {
            Ok((bib, times, fact)) => {
                self.facts.extend(fact);
                (bib, times)
            }
            Err(trouble) => {
                row.refuse(trouble);
                self.rows.push(row);
                return;
            }
        };
        let is_repeated = row.outcome == Outcome::Duplicate;
        self.rows.push(row);
        if self.wishes.starts && !is_repeated {
            for (leg, text) in times {
                let mut row = Row::new(element.line, What::Start);
                let index = self.rows.len();
                self.starts.read(&mut row, index, &bib, &leg, &text);
                self.rows.push(row);
            }
        }
    }

    fn starter(
        &self,
        class: &Element,
        element: &Element,
        is_team: bool,
        row: &mut Row,
    ) -> Result<Starter, Trouble> {
        let categories = self.categories(class, row);
        if is_team {
            self.team(element, categories?, row)
        } else {
            self.person(element, categories?, row)
        }
    }

    /// The class by its id, or by one of its names.
    fn categories(&self, class: &Element, row: &mut Row) -> Result<Option<Vec<Slug>>, Trouble> {
        let names = &self.context.catalogue.categories;
        if names.ids.is_empty() {
            row.warn(
                "no_categories",
                "the race has no categories; the class is passed over",
            );
            return Ok(None);
        }
        let texts = ["Id", "ShortName", "Name"].map(|name| class.text_at(&["Class", name]));
        let mut known = texts.iter().filter(|text| !text.is_empty());
        match known.find_map(|text| names.find(text)) {
            Some(category) => Ok(Some(vec![category.clone()])),
            None => names.get(texts[2]).map(|category| Some(vec![category])),
        }
    }

    fn person(
        &self,
        element: &Element,
        categories: Option<Vec<Slug>>,
        row: &mut Row,
    ) -> Result<Starter, Trouble> {
        if self.context.is_relay() {
            let detail = "a person starts, and the race is a relay: it wants `TeamStart`";
            return Err(Trouble::new("not_a_team", detail));
        }
        let bib = context::bib(element.text_at(&["Start", "BibNumber"]), row)?;
        let club = element.text_at(&["Organisation", "Name"]);
        let name = naming::with_club(&person(element), club);
        let first = self.context.definition.legs.first();
        let time = element.text_at(&["Start", "StartTime"]);
        let times = first.filter(|_| !time.is_empty());
        Ok(Starter {
            wanted: Wanted {
                bib,
                name: Named::plain(&name),
                categories,
                ranked: None,
                members: Vec::new(),
            },
            times: times
                .map(|leg| (leg.id.clone(), time.to_owned()))
                .into_iter()
                .collect(),
        })
    }

    fn team(
        &self,
        element: &Element,
        categories: Option<Vec<Slug>>,
        row: &mut Row,
    ) -> Result<Starter, Trouble> {
        let bib = context::bib(element.text_at(&["BibNumber"]), row)?;
        let name = match element.text_at(&["Name"]) {
            "" => element.text_at(&["Organisation", "Name"]),
            name => name,
        };
        let mut members: BTreeMap<usize, Vec<(u32, Named)>> = BTreeMap::new();
        let mut times = BTreeMap::new();
        for member in element.all("TeamMemberStart") {
            let position = self.leg(member)?;
            let name = person(member);
            if !name.is_empty() {
                let order = member.text_at(&["Start", "LegOrder"]).parse().unwrap_or(1);
                let of_leg = members.entry(position).or_default();
                of_leg.push((order, Named::plain(&name)));
            }
            let time = member.text_at(&["Start", "StartTime"]);
            if !time.is_empty() && self.begins_by_gun(position) {
                times.entry(position).or_insert_with(|| time.to_owned());
            }
        }
        let legs = &self.context.definition.legs;
        let members = members.into_iter().map(|(position, mut named)| {
            named.sort_by_key(|(order, _)| *order);
            let named = named.into_iter().map(|(_, named)| named).collect();
            (legs[position].id.clone(), named)
        });
        Ok(Starter {
            wanted: Wanted {
                bib,
                name: Named::plain(name),
                categories,
                ranked: None,
                members: members.collect(),
            },
            times: times
                .into_iter()
                .map(|(position, time)| (legs[position].id.clone(), time))
                .collect(),
        })
    }

    /// The position of a member's leg; the standard counts from 1.
    fn leg(&self, member: &Element) -> Result<usize, Trouble> {
        let legs = self.context.definition.legs.len();
        let text = member.text_at(&["Start", "Leg"]);
        let number: Option<usize> = text.parse().ok();
        let position = number.and_then(|number| number.checked_sub(1));
        position.filter(|at| *at < legs).ok_or_else(|| {
            let detail = format!(
                "leg: `{}` is none; the race has legs 1 to {legs}",
                shown(text)
            );
            Trouble::new("unknown_leg", detail)
        })
    }

    /// Whether a leg begins at a gun. Others begin when the sash arrives, and
    /// a time in a start list is no more than a plan.
    fn begins_by_gun(&self, position: usize) -> bool {
        let ends = self.context.definition.checkpoints.iter();
        let mut ends = ends.filter(|checkpoint| checkpoint.kind.ends_leg());
        match position.checked_sub(1) {
            None => true,
            Some(before) => ends
                .nth(before)
                .is_some_and(|end| end.kind == CheckpointKind::Exchange && end.is_break),
        }
    }
}

fn person(element: &Element) -> String {
    let name = |part| element.text_at(&["Person", "Name", part]);
    naming::person(name("Family"), name("Given"))
}
