//! The columns of a sheet of passages, told by their headers.

use tasuki_race::Slug;

use crate::context::{Context, Wishes};
use crate::fault::{Fault, shown};
use crate::fold::key;
use crate::headers::{Columns, Field};
use crate::times::Times;

const FIELDS: &[Field] = &[
    Field::Bib,
    Field::Checkpoint,
    Field::Clock,
    Field::Elapsed,
    Field::Date,
];

pub(crate) const HEADER_WANTED: &str = "Write one such as: bib,checkpoint,time (ゼッケン,地点,時刻), with \
     `elapsed` (経過時間) in place of `time` for times from the gun, or a column for each \
     checkpoint; `checkpoint=ID` in the address stands for a column";

/// A column of times at one checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct At {
    pub(crate) checkpoint: Slug,
    /// What its header says of the times.
    times: Option<Times>,
}

/// The columns of a header: one passage to a row, or a column for each
/// checkpoint.
pub(crate) fn recognised(
    cells: &[&str],
    context: &Context<'_>,
    has_checkpoint: bool,
) -> Option<Columns<At>> {
    let long = Columns::of(cells, FIELDS, |_| None);
    let observes = long.has(Field::Bib) || long.has(Field::Clock) || long.has(Field::Elapsed);
    if observes && (long.has(Field::Checkpoint) || (has_checkpoint && cells.len() > 1)) {
        return Some(long);
    }
    let wide = Columns::of(cells, &[Field::Bib, Field::Date], |header| {
        at(header, context)
    });
    if wide.has(Field::Bib) && !wide.wide.is_empty() {
        return Some(wide);
    }
    // A list of bibs alone, or of times alone.
    (observes && has_checkpoint).then_some(long)
}

/// `鶴見`, `鶴見 時刻` or `Tsurumi elapsed`.
fn at(header: &str, context: &Context<'_>) -> Option<At> {
    let names = &context.catalogue.checkpoints;
    if let Some(checkpoint) = names.find(header) {
        return Some(At {
            checkpoint: checkpoint.clone(),
            times: None,
        });
    }
    let header = key(header);
    let endings = [
        ("通過時刻", Times::Clock),
        ("時刻", Times::Clock),
        ("clock", Times::Clock),
        ("time", Times::Clock),
        ("経過時間", Times::Gun),
        ("経過", Times::Gun),
        ("通過タイム", Times::Gun),
        ("タイム", Times::Gun),
        ("elapsed", Times::Gun),
    ];
    endings.into_iter().find_map(|(ending, times)| {
        let checkpoint = names.find(header.strip_suffix(ending)?)?.clone();
        Some(At {
            checkpoint,
            times: Some(times),
        })
    })
}

/// What each column of times holds: as asked for, or as its header says.
pub(crate) fn known_times(
    columns: &Columns<At>,
    wishes: &Wishes,
) -> Result<Vec<(usize, Slug, Times)>, Fault> {
    let known = |(column, at): &(usize, At)| {
        let times = wishes.times.or(at.times).ok_or_else(|| {
            let header = shown(columns.header(*column));
            Fault::new(
                "times_unknown",
                format!(
                    "does the column `{header}` hold times of day or times from the gun? Say \
                     `times=clock` or `times=gun`, or call it `{header} 時刻` or `{header} 経過`"
                ),
            )
        })?;
        Ok((*column, at.checkpoint.clone(), times))
    };
    columns.wide.iter().map(known).collect()
}
