//! Who runs which leg: a row for each member, or a column for each leg.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use tasuki_race::{Bib, Name, Projector, Slug};

use crate::context::{self, Context, Wishes, note_folding};
use crate::entries::{NOBODY, named, no_surplus};
use crate::fault::Fault;
use crate::headers::{Columns, Field};
use crate::naming::Named;
use crate::registering::{on_leg, planned, set_members};
use crate::row::{Outcome, Plan, Planned, Row, Trouble, What};
use crate::table::{Line, Table};

const LONG: &[Field] = &[
    Field::Bib,
    Field::Leg,
    Field::NameJa,
    Field::NameEn,
    Field::Name,
    Field::Family,
    Field::Given,
];

const HEADER_WANTED: &str = "Write one such as: bib,leg,name (ゼッケン,区間,氏名), or a column for \
     each leg: bib,1区,2区";

/// A member as a row or a cell wants it; `None` takes one away.
struct Wanted {
    row: usize,
    leg: Slug,
    name: Option<Named>,
}

/// Rows, and what they want of each bib, in the order of the file.
#[derive(Default)]
struct Reading {
    rows: Vec<Row>,
    bibs: Vec<Bib>,
    by_bib: FxHashMap<Bib, Vec<Wanted>>,
}

/// What importing the members of a table would do.
///
/// # Errors
/// Where no header is recognised, or no row stands under it.
pub fn members(table: &Table, race: &Projector, wishes: &Wishes) -> Result<Plan, Fault> {
    let context = Context::of(race, wishes)?;
    let recognise = |cells: &[&str]| recognised(cells, &context);
    let (columns, lines) = table.under_header(recognise, HEADER_WANTED)?;
    let mut reading = Reading::default();
    for line in &lines {
        if columns.has(Field::Leg) {
            reading.member(line, &columns, &context);
        } else {
            reading.team(line, &columns);
        }
    }
    let Reading {
        mut rows,
        bibs,
        mut by_bib,
    } = reading;
    let mut facts = Vec::new();
    for bib in bibs {
        let wanted = by_bib.remove(&bib).unwrap_or_default();
        facts.extend(decide(&bib, wanted, &mut rows, &context));
    }
    Ok(Plan {
        encoding: table.encoding.name(),
        delimiter: Some(table.delimiter),
        columns: columns.shown(|leg| format!("leg {leg}")),
        ignored: columns.ignored(),
        rows,
        facts,
    })
}

fn recognised(cells: &[&str], context: &Context<'_>) -> Option<Columns<Slug>> {
    let long = Columns::of(cells, LONG, |_| None);
    let has_name = LONG.iter().skip(2).any(|field| long.has(*field));
    if long.has(Field::Bib) && long.has(Field::Leg) && has_name {
        return Some(long);
    }
    let wide = Columns::of(cells, &[Field::Bib], |header| {
        context.catalogue.legs.find(header).cloned()
    });
    (wide.has(Field::Bib) && !wide.wide.is_empty()).then_some(wide)
}

impl Reading {
    /// A row that is about one member.
    fn member(&mut self, line: &Line<'_>, columns: &Columns<Slug>, context: &Context<'_>) {
        let cell = |field| columns.get(field).map(|column| line.cell(column));
        let mut row = Row::new(line.number, What::Member);
        let mut read = || {
            let bib = context::bib(cell(Field::Bib).unwrap_or_default(), &mut row)?;
            no_surplus(line, columns)?;
            let leg = cell(Field::Leg).unwrap_or_default();
            note_folding(leg, &mut row);
            let leg = context.catalogue.legs.get(leg)?;
            row.leg = Some(leg.clone());
            let name = named(&cell);
            if name.is_empty() {
                let detail = format!("name: write who runs, or `{NOBODY}` for nobody");
                return Err(Trouble::new("missing_name", detail));
            }
            let nobody = name.plain == NOBODY;
            Ok((bib, leg, (!nobody).then_some(name)))
        };
        match read() {
            Ok((bib, leg, name)) => self.want(row, bib, leg, name),
            Err(trouble) => {
                row.refuse(trouble);
                self.rows.push(row);
            }
        }
    }

    /// A row that is about a whole team.
    fn team(&mut self, line: &Line<'_>, columns: &Columns<Slug>) {
        let mut row = Row::new(line.number, What::Member);
        let cell = columns.get(Field::Bib).map(|column| line.cell(column));
        let bib = context::bib(cell.unwrap_or_default(), &mut row)
            .and_then(|bib| no_surplus(line, columns).map(|()| bib));
        let bib = match bib {
            Ok(bib) => bib,
            Err(trouble) => {
                row.refuse(trouble);
                self.rows.push(row);
                return;
            }
        };
        for (column, leg) in &columns.wide {
            // An empty cell leaves what is there: lists come in parts.
            let cell = line.cell(*column);
            if cell.is_empty() {
                continue;
            }
            let mut row = row.clone();
            row.leg = Some(leg.clone());
            let name = (cell != NOBODY).then(|| Named::plain(cell));
            self.want(row, bib.clone(), leg.clone(), name);
        }
    }

    fn want(&mut self, row: Row, bib: Bib, leg: Slug, name: Option<Named>) {
        let wanted = Wanted {
            row: self.rows.len(),
            leg,
            name,
        };
        self.rows.push(row);
        if !self.by_bib.contains_key(&bib) {
            self.bibs.push(bib.clone());
        }
        self.by_bib.entry(bib).or_default().push(wanted);
    }
}

/// All that a file wants of one entry is one fact.
fn decide(
    bib: &Bib,
    wanted: Vec<Wanted>,
    rows: &mut [Row],
    context: &Context<'_>,
) -> Option<Planned> {
    let registration = context.race.registration(bib);
    let Some(now) = registration.entry else {
        for wanted in wanted {
            let detail = format!("bib: no entry wears `{bib}`; import the entries first");
            rows[wanted.row].reject("unknown_bib", detail);
        }
        return None;
    };
    let mut entry = (**now).clone();
    let mut changed = Vec::new();
    let mut before: Vec<&Wanted> = Vec::new();
    for wanted in &wanted {
        let row = &mut rows[wanted.row];
        row.name = Some(now.name.clone());
        if let Some(other) = before.iter().find(|other| other.leg == wanted.leg) {
            repeated(wanted, other, row);
            continue;
        }
        before.push(wanted);
        let named: Vec<Named> = wanted.name.iter().cloned().collect();
        let old: Vec<Name> = on_leg(&entry, &wanted.leg).cloned().collect();
        if let Err(trouble) = set_members(&mut entry, &wanted.leg, &named, &context.catalogue.legs)
        {
            row.refuse(trouble);
            continue;
        }
        let new: Vec<Name> = on_leg(&entry, &wanted.leg).cloned().collect();
        if old == new {
            continue;
        }
        row.outcome = if old.is_empty() {
            Outcome::Add
        } else {
            Outcome::Change
        };
        (row.before, row.after) = (member(&old), member(&new));
        changed.push(wanted.row);
    }
    if changed.is_empty() {
        return None;
    }
    let planned = planned(context, registration.last, entry, changed);
    for row in &planned.rows {
        rows[*row].event = Some(planned.fact.id);
    }
    Some(planned)
}

fn repeated(wanted: &Wanted, other: &Wanted, row: &mut Row) {
    if wanted.name == other.name {
        row.duplicate_of("an earlier row says the same");
        return;
    }
    let detail = format!(
        "leg: an earlier row gives leg `{}` of this bib to somebody else; keep one of them",
        wanted.leg
    );
    row.reject("leg_repeated", detail);
}

fn member(names: &[Name]) -> Map<String, Value> {
    let mut member = Map::new();
    if let Some(name) = names.first() {
        member.insert("name".to_owned(), json!(name));
    }
    member
}
