//! Why a file as a whole cannot be taken.

/// What is wrong with a file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    /// A stable slug to program against.
    pub code: &'static str,
    /// What was seen, and what to write instead.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// A cell as an answer may repeat it: hostile ones are long.
pub(crate) fn shown(text: &str) -> String {
    /// Enough to recognise it.
    const CHARS_SHOWN: usize = 40;
    let mut shown: String = text.chars().take(CHARS_SHOWN).collect();
    if text.chars().count() > CHARS_SHOWN {
        shown.push('…');
    }
    shown
}

/// Names a few of many.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    /// So that an answer stays readable.
    const LISTED_MAX: usize = 20;
    let mut all: Vec<String> = names.take(LISTED_MAX + 1).map(shown).collect();
    if all.len() > LISTED_MAX {
        all[LISTED_MAX] = "…".to_owned();
    }
    all.join(", ")
}
