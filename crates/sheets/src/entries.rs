//! A list of entries: who takes part, under which bib, in which categories.

use tasuki_race::{Projector, Slug};

use crate::context::{self, Context, Wishes, note_folding};
use crate::fault::{Fault, shown};
use crate::fold::key;
use crate::headers::{Columns, Field};
use crate::naming::{self, Named};
use crate::registering::{Registrar, Wanted};
use crate::row::{Plan, Row, Trouble, What};
use crate::table::{Line, Table};

const FIELDS: &[Field] = &[
    Field::Bib,
    Field::NameJa,
    Field::NameEn,
    Field::Name,
    Field::Family,
    Field::Given,
    Field::Team,
    Field::Category,
    Field::Ranked,
    Field::Open,
];

const HEADER_WANTED: &str = "Write one such as: bib,name,category (ゼッケン,氏名,カテゴリー); \
     a relay may have a column for each leg";

/// In a cell of a leg: nobody.
pub(crate) const NOBODY: &str = "-";

/// What importing the entries of a table would do.
///
/// # Errors
/// Where no header is recognised, or no row stands under it.
pub fn entries(table: &Table, race: &Projector, wishes: &Wishes) -> Result<Plan, Fault> {
    let context = Context::of(race, wishes)?;
    let recognise = |cells: &[&str]| recognised(cells, &context);
    let (columns, lines) = table.under_header(recognise, HEADER_WANTED)?;
    let separators = separators(table);
    let mut registrar = Registrar::new(&context);
    let (mut rows, mut facts) = (Vec::with_capacity(lines.len()), Vec::new());
    for line in &lines {
        let mut row = Row::new(line.number, What::Entry);
        let wanted = wanted(line, &columns, &context, &separators, &mut row);
        let decided = wanted.and_then(|wanted| registrar.consider(wanted, &mut row, rows.len()));
        match decided {
            Ok(fact) => facts.extend(fact),
            Err(trouble) => row.refuse(trouble),
        }
        rows.push(row);
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
    let leg = |header: &str| {
        let leg = context.catalogue.legs.find(header).cloned();
        leg.filter(|_| context.is_relay())
    };
    let mut columns = Columns::of(cells, FIELDS, leg);
    // Of a relay the team is entered; its captain's name is no team's.
    if context.is_relay() && columns.has(Field::Team) {
        [Field::Name, Field::Family, Field::Given]
            .into_iter()
            .for_each(|field| columns.forget(field));
    }
    let says_something = FIELDS.iter().skip(1).any(|field| columns.has(*field));
    let is_header = columns.has(Field::Bib) && (says_something || !columns.wide.is_empty());
    is_header.then_some(columns)
}

fn wanted(
    line: &Line<'_>,
    columns: &Columns<Slug>,
    context: &Context<'_>,
    separators: &[char],
    row: &mut Row,
) -> Result<Wanted, Trouble> {
    let cell = |field| columns.get(field).map(|column| line.cell(column));
    let bib = context::bib(cell(Field::Bib).unwrap_or_default(), row)?;
    no_surplus(line, columns)?;
    let categories = cell(Field::Category)
        .map(|cell| categories(cell, context, separators, row))
        .transpose()?
        .flatten();
    Ok(Wanted {
        bib,
        name: named(&cell),
        categories,
        ranked: ranked(&cell)?,
        members: members(line, columns),
    })
}

/// What a row says beyond the header was probably meant for a column of it.
pub(crate) fn no_surplus<T>(line: &Line<'_>, columns: &Columns<T>) -> Result<(), Trouble> {
    match line.surplus(columns.len()) {
        None => Ok(()),
        Some(cell) => Err(Trouble::new(
            "too_many_cells",
            format!(
                "the row has more cells than the header ({}, then `{}`); put a text that holds \
                 the delimiter into quotes",
                columns.len(),
                shown(cell)
            ),
        )),
    }
}

/// The name in a row: a person's, with the club beside it, or a team's.
pub(crate) fn named<'t>(cell: &impl Fn(Field) -> Option<&'t str>) -> Named {
    let text = |field| cell(field).unwrap_or_default();
    let parts = naming::person(text(Field::Family), text(Field::Given));
    let person = match text(Field::Name) {
        "" => parts.as_str(),
        name => name,
    };
    Named {
        plain: naming::tidy(&naming::with_club(person, text(Field::Team))),
        ja: naming::tidy(text(Field::NameJa)),
        en: naming::tidy(text(Field::NameEn)),
    }
}

/// What may stand between several categories of a cell.
fn separators(table: &Table) -> Vec<char> {
    ['/', '、', '|', ';', '／', '；', '｜']
        .into_iter()
        .filter(|separator| *separator != char::from(table.delimiter.byte()))
        .collect()
}

fn categories(
    cell: &str,
    context: &Context<'_>,
    separators: &[char],
    row: &mut Row,
) -> Result<Option<Vec<Slug>>, Trouble> {
    let names = &context.catalogue.categories;
    if names.ids.is_empty() {
        if !cell.is_empty() {
            row.warn(
                "no_categories",
                "the race has no categories; the cell is passed over",
            );
        }
        return Ok(None);
    }
    note_folding(cell, row);
    // A name may hold one of the separators itself.
    if let Some(whole) = names.find(cell) {
        return Ok(Some(vec![whole.clone()]));
    }
    let mut found: Vec<Slug> = Vec::new();
    let texts = cell.split(separators).map(str::trim);
    for text in texts.filter(|text| !text.is_empty()) {
        let category = names.get(text)?;
        if !found.contains(&category) {
            found.push(category);
        }
    }
    Ok(Some(found))
}

/// Whether the entry is ranked, by a column that says so or one that says the
/// opposite; an empty cell is the usual case.
fn ranked<'t>(cell: &impl Fn(Field) -> Option<&'t str>) -> Result<Option<bool>, Trouble> {
    for (field, yes) in [(Field::Ranked, true), (Field::Open, false)] {
        if let Some(cell) = cell(field) {
            return match answer(cell) {
                _ if cell.is_empty() => Ok(Some(true)),
                Some(said) => Ok(Some(said == yes)),
                None => Err(Trouble::new(
                    "invalid_value",
                    format!("ranked: `{}` says neither yes nor no", shown(cell)),
                )),
            };
        }
    }
    Ok(None)
}

fn answer(cell: &str) -> Option<bool> {
    // The key of `-` is empty.
    match key(cell).as_str() {
        "yes" | "y" | "true" | "1" | "○" | "〇" | "◯" | "◎" | "●" | "✓" | "✔" | "レ" | "x"
        | "はい" | "有" | "対象" | "オープン" | "オープン参加" | "open" | "op" | "ranked" => {
            Some(true)
        }
        "no" | "n" | "false" | "0" | "×" | "✗" | "いいえ" | "無" | "対象外" | "" => {
            Some(false)
        }
        _ => None,
    }
}

fn members(line: &Line<'_>, columns: &Columns<Slug>) -> Vec<(Slug, Vec<Named>)> {
    let cells = columns
        .wide
        .iter()
        .map(|(column, leg)| (leg, line.cell(*column)));
    cells
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(leg, cell)| match cell {
            NOBODY => (leg.clone(), Vec::new()),
            name => (leg.clone(), vec![Named::plain(name)]),
        })
        .collect()
}
