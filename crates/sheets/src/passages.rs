//! Passages that were written down: on paper during an outage, or by a watch.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Map;
use tasuki_race::{Bib, EventId, Fact, FactKind, Instant, Projector, Slug};

use crate::context::{self, Context, Wishes, note_folding};
use crate::entries::no_surplus;
use crate::fault::{Fault, shown};
use crate::headers::{Columns, Field};
use crate::identity;
use crate::passage_columns::{At, HEADER_WANTED, known_times, recognised};
use crate::row::{Outcome, Plan, Planned, Row, Trouble, What};
use crate::table::{Line, Table};
use crate::times::{self, Times};

/// Where a row's time comes from.
#[derive(Clone, Copy)]
struct TimeCell<'t> {
    text: &'t str,
    times: Times,
}

/// What importing the passages of a table would do.
///
/// # Errors
/// Where no header is recognised, no row stands under it, or the kind of its
/// times cannot be told.
pub fn passages(table: &Table, race: &Projector, wishes: &Wishes) -> Result<Plan, Fault> {
    let context = Context::of(race, wishes)?;
    let asked = context.checkpoint_asked_for(wishes)?;
    let recognise = |cells: &[&str]| recognised(cells, &context, asked.is_some());
    let (columns, lines) = table.under_header(recognise, HEADER_WANTED)?;
    let mut reading = Reading {
        context: &context,
        wishes,
        asked,
        rows: Vec::with_capacity(lines.len()),
        facts: Vec::new(),
        seen: Seen::default(),
    };
    if columns.wide.is_empty() {
        lines.iter().for_each(|line| reading.line(line, &columns));
    } else {
        let at = known_times(&columns, wishes)?;
        lines
            .iter()
            .for_each(|line| reading.cells(line, &columns, &at));
    }
    let Reading { rows, facts, .. } = reading;
    Ok(Plan {
        encoding: table.encoding.name(),
        delimiter: Some(table.delimiter),
        columns: columns.shown(|at| format!("checkpoint {}", at.checkpoint)),
        ignored: columns.ignored(),
        rows,
        facts,
    })
}

/// What the file has recorded so far.
#[derive(Default)]
struct Seen {
    /// Ids, with the line that has them.
    ids: FxHashMap<EventId, u64>,
    /// Where each bib has passed.
    passed: FxHashSet<(Bib, Slug)>,
    /// Times without a bib at the same moment.
    times: FxHashMap<(Slug, Instant), u32>,
}

struct Reading<'c, 'p> {
    context: &'c Context<'p>,
    wishes: &'c Wishes,
    asked: Option<Slug>,
    rows: Vec<Row>,
    facts: Vec<Planned>,
    seen: Seen,
}

impl Reading<'_, '_> {
    /// A row that is about one passage.
    fn line(&mut self, line: &Line<'_>, columns: &Columns<At>) {
        let cell = |field| columns.get(field).map_or("", |column| line.cell(column));
        let (clock, elapsed) = (cell(Field::Clock), cell(Field::Elapsed));
        let forced = self.wishes.times;
        // A file may hold both; the time of day needs no gun.
        let time = if !clock.is_empty() {
            Some((clock, forced.unwrap_or(Times::Clock)))
        } else if !elapsed.is_empty() {
            Some((elapsed, forced.unwrap_or(Times::Gun)))
        } else {
            None
        };
        let time = time.map(|(text, times)| TimeCell { text, times });
        let mut row = Row::new(line.number, What::Passage);
        let checkpoint = no_surplus(line, columns)
            .and_then(|()| self.checkpoint(cell(Field::Checkpoint), &mut row));
        self.take(row, cell(Field::Bib), checkpoint, time, cell(Field::Date));
    }

    /// A row with a time of one bib at each of several checkpoints.
    fn cells(&mut self, line: &Line<'_>, columns: &Columns<At>, at: &[(usize, Slug, Times)]) {
        let cell = |field| columns.get(field).map_or("", |column| line.cell(column));
        if let Err(trouble) = no_surplus(line, columns) {
            let mut row = Row::new(line.number, What::Passage);
            row.refuse(trouble);
            self.rows.push(row);
            return;
        }
        for (column, checkpoint, times) in at {
            let text = line.cell(*column);
            // Nobody has passed there yet.
            if text.is_empty() || text == "-" {
                continue;
            }
            let time = TimeCell {
                text,
                times: *times,
            };
            let row = Row::new(line.number, What::Passage);
            let bib = cell(Field::Bib);
            self.take(
                row,
                bib,
                Ok(checkpoint.clone()),
                Some(time),
                cell(Field::Date),
            );
        }
    }

    fn checkpoint(&self, cell: &str, row: &mut Row) -> Result<Slug, Trouble> {
        if !cell.is_empty() {
            note_folding(cell, row);
            return self.context.catalogue.checkpoints.get(cell);
        }
        self.asked.clone().ok_or_else(|| {
            Trouble::new(
                "missing_checkpoint",
                "checkpoint: the cell is empty; where was it?",
            )
        })
    }

    fn take(
        &mut self,
        mut row: Row,
        bib: &str,
        checkpoint: Result<Slug, Trouble>,
        time: Option<TimeCell<'_>>,
        day: &str,
    ) {
        match self.consider(&mut row, bib, checkpoint, time, day) {
            Ok(fact) => self.facts.extend(fact),
            Err(trouble) => row.refuse(trouble),
        }
        self.rows.push(row);
    }

    fn consider(
        &mut self,
        row: &mut Row,
        bib: &str,
        checkpoint: Result<Slug, Trouble>,
        time: Option<TimeCell<'_>>,
        day: &str,
    ) -> Result<Option<Planned>, Trouble> {
        let bib = if bib.is_empty() {
            None
        } else {
            Some(context::bib(bib, row)?)
        };
        let checkpoint = checkpoint?;
        row.checkpoint = Some(checkpoint.clone());
        if bib.is_none() && time.is_none() {
            let detail = "the row has neither a bib nor a time";
            return Err(Trouble::new("nothing_observed", detail));
        }
        let time = time.map(|time| self.time(time, day, row)).transpose()?;
        row.time = time;
        if let Some(bib) = &bib {
            self.name(bib, row);
        }
        let (what, id, kind) = self.observation(bib.as_ref(), &checkpoint, time);
        row.what = what;
        if self.is_recorded(id, row) {
            return Ok(None);
        }
        if let Some(bib) = bib.filter(|_| what == What::Passage)
            && self.has_passed(bib, &checkpoint, row)
        {
            return Ok(None);
        }
        row.outcome = Outcome::Add;
        row.event = Some(id);
        let fact = Fact {
            id,
            time,
            note: None,
            kind,
        };
        Ok(Some(Planned {
            fact,
            rows: vec![self.rows.len()],
        }))
    }

    fn time(&self, cell: TimeCell<'_>, day: &str, row: &mut Row) -> Result<Instant, Trouble> {
        note_folding(cell.text, row);
        let day = match day {
            "" => None,
            text => Some(times::date(text).ok_or_else(|| {
                let detail = format!("date: `{}` is not a date such as 2026-01-02", shown(text));
                Trouble::new("invalid_date", detail)
            })?),
        };
        let read = self.context.reader.read(cell.text, cell.times, day)?;
        if let Some((code, detail)) = read.warning {
            row.warn(code, detail);
        }
        Ok(read.time)
    }

    /// Says whose bib it is. That nobody wears it is odd, no more.
    fn name(&self, bib: &Bib, row: &mut Row) {
        match self.context.race.registration(bib).entry {
            Some(entry) => row.name = Some(entry.name.clone()),
            None => row.warn("unknown_bib", format!("no entry wears `{bib}`")),
        }
    }

    fn observation(
        &mut self,
        bib: Option<&Bib>,
        checkpoint: &Slug,
        time: Option<Instant>,
    ) -> (What, EventId, FactKind) {
        let (race, checkpoint) = (self.context.race.race(), checkpoint.clone());
        match (bib.cloned(), time) {
            (Some(bib), Some(time)) => (
                What::Passage,
                identity::passage(race, &bib, &checkpoint, time),
                FactKind::PassageRecorded { bib, checkpoint },
            ),
            (Some(bib), None) => (
                What::Bib,
                identity::bib(race, &bib, &checkpoint),
                FactKind::BibRecorded { bib, checkpoint },
            ),
            (None, time) => {
                let time = time.unwrap_or(Instant::from_ms(0));
                let count = self
                    .seen
                    .times
                    .entry((checkpoint.clone(), time))
                    .or_default();
                let id = identity::time(race, &checkpoint, time, *count);
                *count += 1;
                (What::Time, id, FactKind::TimeRecorded { checkpoint })
            }
        }
    }

    /// Whether the same was recorded from a file before, or from this one.
    fn is_recorded(&mut self, id: EventId, row: &mut Row) -> bool {
        if let Some(line) = self.seen.ids.insert(id, row.line) {
            self.seen.ids.insert(id, line);
            row.duplicate_of(format!("line {line} says the same"));
            return true;
        }
        if !self.context.race.has_fact(&id) {
            return false;
        }
        row.duplicate_of("it was imported before");
        if self.context.race.is_withdrawn(&id) {
            row.warn(
                "withdrawn",
                "it was imported before, and withdrawn since: it stays withdrawn",
            );
        }
        true
    }

    /// Warns where the bib has another passage; tells whether that is enough.
    fn has_passed(&mut self, bib: Bib, checkpoint: &Slug, row: &mut Row) -> bool {
        // A timing point of several laps is passed several times.
        let checkpoints = &self.context.definition.checkpoints;
        if checkpoints.iter().all(|known| known.id != *checkpoint) {
            return false;
        }
        let recorded = self.context.race.passages_at(&bib, checkpoint).next();
        if let Some(time) = recorded {
            row.warn(
                "duplicate_passage",
                format!("`{bib}` has passed there at {time} already"),
            );
            if self.wishes.missing_only {
                row.before = Map::from_iter([("time".to_owned(), time.to_string().into())]);
                return true;
            }
        }
        if !self.seen.passed.insert((bib, checkpoint.clone())) {
            row.warn(
                "duplicate_passage",
                "an earlier row has another time of this bib there",
            );
        }
        false
    }
}
