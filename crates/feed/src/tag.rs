//! The `id` of an event: which state of which view of which log it leads to.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;

use tasuki_race::Selection;

/// Tells one log from another: the beginnings of two of its records' hashes, the first
/// and the one that was the last when it was read. A race that was created anew under
/// the same name has another origin, and so has one that was restored from a backup:
/// there may be other facts under numbers that viewers have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(pub u64);

/// An event's `id`; opaque to clients.
///
/// Written as origin, view and sequence number, so that no process mistakes a foreign
/// one for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Of the log.
    pub origin: Origin,
    /// Of the selection that the view shows.
    pub view: u32,
    /// The last fact in the state.
    pub seq: u64,
}

impl Tag {
    pub(crate) fn new(origin: Origin, selection: &Selection, seq: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        selection.hash(&mut hasher);
        #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
        let view = hasher.finish() as u32;
        Self { origin, view, seq }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:08x}-{}", self.origin.0, self.view, self.seq)
    }
}

/// Not an id that this program issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign;

impl FromStr for Tag {
    type Err = Foreign;

    fn from_str(text: &str) -> Result<Self, Foreign> {
        let mut parts = text.split('-');
        let mut next = || parts.next().ok_or(Foreign);
        let (origin, view, seq) = (next()?, next()?, next()?);
        let tag = Self {
            origin: Origin(u64::from_str_radix(origin, 16).map_err(|_| Foreign)?),
            view: u32::from_str_radix(view, 16).map_err(|_| Foreign)?,
            seq: seq.parse().map_err(|_| Foreign)?,
        };
        // One spelling only: what we would not write we did not write.
        if tag.to_string() == text {
            Ok(tag)
        } else {
            Err(Foreign)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back_and_foreign_ids_are_not() {
        let tag = Tag::new(Origin(0xab), &Selection::all(), 42);
        assert_eq!(tag.to_string().parse(), Ok(tag));
        for text in [
            "",
            "42",
            "1-2",
            "x-y-z",
            "00ab-1-42",
            "+1-1-1",
            &format!("{tag}-1"),
            &format!(" {tag}"),
        ] {
            assert_eq!(text.parse::<Tag>(), Err(Foreign), "{text}");
        }
    }
}
