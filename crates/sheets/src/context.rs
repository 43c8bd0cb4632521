//! What a file is read against: the race as it stands, and what was asked for.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tasuki_race::{Bib, Definition, Projector, Slug};

use crate::catalogue::Catalogue;
use crate::fault::{Fault, shown};
use crate::fold::folded;
use crate::row::{Row, Trouble};
use crate::times::{Reader, Times};

/// What can be said about a file that it does not say itself.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// What columns of times hold, whatever their headers say.
    pub times: Option<Times>,
    /// The day of times of day, where it is not the day of the gun.
    pub date: Option<Date>,
    /// Where passages without a checkpoint of their own were observed.
    pub checkpoint: Option<String>,
    /// Passages only of bibs that have none there: what was recorded live is
    /// better than what was written down.
    pub missing_only: bool,
    /// Whether start times of a start list are recorded as starts.
    pub starts: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            times: None,
            date: None,
            checkpoint: None,
            missing_only: false,
            starts: true,
        }
    }
}

/// The race and what its things are called.
#[derive(Debug)]
pub(crate) struct Context<'p> {
    pub(crate) race: &'p Projector,
    pub(crate) definition: &'p Definition,
    pub(crate) catalogue: Catalogue,
    pub(crate) reader: Reader,
}

impl<'p> Context<'p> {
    pub(crate) fn of(race: &'p Projector, wishes: &Wishes) -> Result<Self, Fault> {
        let definition = race.settings().ok_or_else(|| {
            Fault::new(
                "race_not_defined",
                "the race has lost its definition; send one first",
            )
        })?;
        let zone = TimeZone::get(&definition.timezone).unwrap_or(TimeZone::UTC);
        Ok(Self {
            race,
            definition,
            catalogue: Catalogue::of(definition),
            reader: Reader {
                zero: race.zero(),
                zone,
                date: wishes.date,
            },
        })
    }

    /// Whether entries are teams.
    pub(crate) fn is_relay(&self) -> bool {
        self.definition.legs.len() > 1
    }

    /// A checkpoint that is not in a row but asked for.
    pub(crate) fn checkpoint_asked_for(&self, wishes: &Wishes) -> Result<Option<Slug>, Fault> {
        let asked = wishes.checkpoint.as_deref();
        let found = asked.map(|text| self.catalogue.checkpoints.get(text));
        found
            .transpose()
            .map_err(|trouble| Fault::new(trouble.code, trouble.detail))
    }
}

/// Reads a bib, and says in the row what was made of it.
pub(crate) fn bib(cell: &str, row: &mut Row) -> Result<Bib, Trouble> {
    if cell.is_empty() {
        return Err(Trouble::new(
            "missing_bib",
            "bib: there is none; write the number that is worn",
        ));
    }
    note_folding(cell, row);
    let text = folded(cell);
    row.bib = Some(shown(&text));
    text.parse().map_err(|_| {
        let detail = format!(
            "bib: `{}` is none; a bib has 1 to 16 printable characters without spaces or slashes",
            shown(&text)
        );
        Trouble::new("invalid_bib", detail)
    })
}

/// Says so where a cell was typed in full-width characters.
pub(crate) fn note_folding(cell: &str, row: &mut Row) {
    if cell.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}')) {
        let detail = format!("`{}` was read as `{}`", shown(cell), shown(&folded(cell)));
        row.warnings.push(crate::row::Warning {
            code: "folded".into(),
            detail,
        });
    }
}
