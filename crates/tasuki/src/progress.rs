//! Progress of long work on standard error. Where that is no terminal,
//! nothing is drawn.

use indicatif::{ProgressBar, ProgressStyle};

/// Work whose end is known, counted in facts.
pub(crate) fn facts(count: u64) -> ProgressBar {
    styled(count, "{bar:30} {human_pos}/{human_len} facts, {eta} left")
}

/// A file that is being read.
pub(crate) fn bytes(count: u64) -> ProgressBar {
    styled(count, "{bar:30} {bytes}/{total_bytes}, {eta} left")
}

/// Work whose end is not known.
pub(crate) fn unknown() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(style("{spinner} {bytes} read"));
    bar
}

/// A race that is being played.
pub(crate) fn played(count: u64) -> ProgressBar {
    styled(count, "{bar:30} {human_pos}/{human_len} facts  {msg}")
}

fn styled(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    bar.set_style(style(template));
    bar
}

fn style(template: &str) -> ProgressStyle {
    // A wrong template costs the looks of the bar, nothing else.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
