//! A file as rows of cells under a header, each row with its line.

use csv::{ReaderBuilder, StringRecord};

use crate::decode::{self, Delimiter, Encoding};
use crate::fault::{Fault, listed};

/// More rows than any road race has had entries.
pub const ROWS_MAX: usize = 100_000;
/// A name in several languages with its sponsors; more is a lost quote.
pub const CELL_CHARS_MAX: usize = 1_000;
/// A column for each of the most legs or checkpoints that a race can have, and
/// what organisers keep beside them.
pub const COLUMNS_MAX: usize = 600;
/// Titles and dates stand above a header, but not more than so many lines.
pub(crate) const HEADER_LINES_MAX: usize = 10;

/// The cells of a file.
#[derive(Debug)]
pub struct Table {
    /// As it was recognised or asked for.
    pub encoding: Encoding,
    /// As it was recognised or asked for.
    pub delimiter: Delimiter,
    records: Vec<(u64, StringRecord)>,
}

/// One line of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// Where it begins in the file.
    pub(crate) number: u64,
    cells: &'t StringRecord,
}

impl Table {
    /// Reads the cells of a file.
    ///
    /// # Errors
    /// Where it is no text, or larger than the bounds of this module.
    pub fn read(
        bytes: &[u8],
        encoding: Option<Encoding>,
        delimiter: Option<Delimiter>,
    ) -> Result<Self, Fault> {
        let (text, encoding) = decode::text(bytes, encoding)?;
        let (hint, text, skipped) = separator_line(&text);
        let delimiter = delimiter.or(hint).unwrap_or_else(|| Delimiter::guess(text));
        if let Some(line) = unclosed_quote(text, delimiter) {
            let line = line + skipped;
            let detail = format!("line {line} opens a quote that is not closed before the end");
            return Err(Fault::new("malformed_csv", detail));
        }
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = Vec::new();
        let mut lines = Lines {
            text: text.as_bytes(),
            at: 0,
            line: 1 + skipped,
        };
        for record in reader.records() {
            let record = record.map_err(|error| Fault::new("malformed_csv", error.to_string()))?;
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            check(&record, line)?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if records.len() == ROWS_MAX + HEADER_LINES_MAX {
                let detail = format!("a file has at most {ROWS_MAX} rows; import it in parts");
                return Err(Fault::new("too_many_rows", detail));
            }
            records.push((line, record));
        }
        Ok(Self {
            encoding,
            delimiter,
            records,
        })
    }

    /// The header as `recognise` understands it, and the lines under it.
    /// Lines above it (a title, a date) are passed over.
    pub(crate) fn under_header<H>(
        &self,
        recognise: impl Fn(&[&str]) -> Option<H>,
        wanted: &str,
    ) -> Result<(H, Vec<Line<'_>>), Fault> {
        for (index, (_, record)) in self.records.iter().take(HEADER_LINES_MAX).enumerate() {
            let cells: Vec<&str> = record.iter().collect();
            let Some(header) = recognise(&cells) else {
                continue;
            };
            let lines: Vec<Line<'_>> = self.records[index + 1..]
                .iter()
                .map(|(number, cells)| Line {
                    number: *number,
                    cells,
                })
                .collect();
            if lines.is_empty() {
                return Err(Fault::new(
                    "no_rows",
                    "there is a header, but no row under it",
                ));
            }
            return Ok((header, lines));
        }
        let seen = self.records.first().map(|(_, record)| record.iter());
        let seen = listed(seen.into_iter().flatten());
        Err(Fault::new(
            "no_header",
            format!("no header is recognised; the first line is: {seen}. {wanted}"),
        ))
    }
}

impl<'t> Line<'t> {
    /// A cell without the blanks around it; empty where the line is short.
    pub(crate) fn cell(&self, column: usize) -> &'t str {
        restored(self.cells.get(column).unwrap_or_default().trim())
    }

    /// What stands beyond the header's last column.
    pub(crate) fn surplus(&self, columns: usize) -> Option<&'t str> {
        let mut surplus = self.cells.iter().skip(columns).map(str::trim);
        surplus.find(|cell| !cell.is_empty())
    }
}

/// Takes off the apostrophe that our own files put before a cell which a
/// spreadsheet would take for a formula.
fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(crate::written::FORMULA_SIGNS) => rest,
        _ => cell,
    }
}

/// Counts lines as an editor shows them. The reader's own count stops before
/// the line breaks that it is about to skip.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first cell at or after a position; positions only grow.
    fn of(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            let is_break = matches!(byte, b'\r' | b'\n');
            if self.at >= position && !is_break {
                break;
            }
            self.at += 1;
            // `\r\n` is one.
            let ends = is_break && !(*byte == b'\r' && self.text.get(self.at) == Some(&b'\n'));
            self.line += u64::from(ends);
        }
        self.line
    }
}

/// The line of a quote that nothing closes. The reader would take the rest of
/// the file for one cell, and its rows would be lost without a word.
fn unclosed_quote(text: &str, delimiter: Delimiter) -> Option<u64> {
    /// Where in a cell a byte stands.
    enum At {
        Begin,
        Plain,
        Quoted,
        /// After a quote that closes the cell, or is doubled and does not.
        Closed,
    }
    let (mut at, mut line, mut opened) = (At::Begin, 1, 0);
    for byte in text.bytes() {
        let is_end = byte == delimiter.byte() || matches!(byte, b'\r' | b'\n');
        at = match (at, byte) {
            (At::Begin, b'"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) | (At::Closed, b'"') => At::Quoted,
            (At::Begin | At::Plain | At::Closed, _) if is_end => At::Begin,
            // Inside of a cell a quote is a character like any other: `1:02'03"`.
            (At::Begin | At::Plain | At::Closed, _) => At::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    matches!(at, At::Quoted).then_some(opened)
}

/// `sep=;`, which Excel writes and reads above the header.
fn separator_line(text: &str) -> (Option<Delimiter>, &str, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end_matches('\r').trim_matches('"');
    match named.strip_prefix("sep=").and_then(Delimiter::named) {
        Some(delimiter) => (Some(delimiter), rest, 1),
        None => (None, text, 0),
    }
}

fn check(record: &StringRecord, line: u64) -> Result<(), Fault> {
    if record.len() > COLUMNS_MAX {
        let detail = format!("line {line} has more than {COLUMNS_MAX} cells");
        return Err(Fault::new("too_many_columns", detail));
    }
    if record
        .iter()
        .any(|cell| cell.len() > CELL_CHARS_MAX && cell.chars().count() > CELL_CHARS_MAX)
    {
        let detail = format!(
            "line {line} has a cell of more than {CELL_CHARS_MAX} characters; look for a quote \
             that is not closed"
        );
        return Err(Fault::new("cell_too_long", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(file: &str) -> Option<Fault> {
        Table::read(file.as_bytes(), None, None).err()
    }

    #[test]
    fn a_quote_that_is_not_closed_is_found_where_it_opens() {
        let found = fault("bib,name\n1,A\n2,\"B\n3,C\n").expect("refused");
        assert_eq!(found.code, "malformed_csv");
        assert!(found.detail.contains("line 3"), "{found}");
        assert_eq!(fault("bib,name\n1,\"A \"\"the\"\" B\"\n2,\"C\nD\"\n"), None);
        assert_eq!(
            fault("bib,time\n1,1:02'03\"\n2,1:02'04\"\n3,1:02'05\"\n"),
            None
        );
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for newline in ["\n", "\r\n", "\r"] {
            let file = ["sep=,", "", "bib,name", "", "1,\"A", "B\"", "2,C"].join(newline);
            let table = Table::read(file.as_bytes(), None, None).expect("a table");
            let lines: Vec<u64> = table.records.iter().map(|(line, _)| *line).collect();
            if newline == "\r" {
                // The hint ends with a line feed, or is none.
                assert_eq!(lines[1..], [3, 5, 7], "{newline:?}");
            } else {
                assert_eq!(lines, [3, 5, 7], "{newline:?}");
            }
        }
    }
}
