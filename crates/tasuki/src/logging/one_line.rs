//! One event, one line, whatever stands in it: nobody writes a line of the log by
//! sending a bib or a header with a line break in it.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Colours that the format itself writes begin so, where somebody's eyes read them.
const ESCAPE: char = '\u{1b}';

/// Writes events as another format does, without control characters.
pub(super) struct OneLine<F> {
    pub(super) format: F,
    /// Whether the format writes colours.
    pub(super) is_coloured: bool,
}

impl<S, N, F> FormatEvent<S, N> for OneLine<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        let inner = Writer::new(&mut line);
        self.format.format_event(context, inner, event)?;
        let line = line.strip_suffix('\n').unwrap_or(&line);
        writer.write_str(&tame(line, self.is_coloured))?;
        writer.write_char('\n')
    }
}

/// Without control characters, but for those of our own colours.
fn tame(line: &str, is_coloured: bool) -> String {
    let mut tame = String::with_capacity(line.len());
    for c in line.chars() {
        // Line and paragraph separators end a line for some.
        let is_wild = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if is_wild && !(is_coloured && c == ESCAPE) {
            tame.extend(c.escape_default());
        } else {
            tame.push(c);
        }
    }
    tame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out() {
        let line = "bib 7\nERROR\r\t\u{1b}[31m\u{85}\u{2028}襷";
        let tame_line = "bib 7\\nERROR\\r\\t\\u{1b}[31m\\u{85}\\u{2028}襷";
        assert_eq!(tame(line, false), tame_line);
        assert!(tame(line, true).contains(ESCAPE));
    }
}
