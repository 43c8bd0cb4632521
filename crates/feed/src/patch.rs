//! What turns one value into the next, as text: parts of an RFC 7396 merge
//! patch, of which frames are put together.

use serde::Serialize;
use serde_json::Value;
use tasuki_race::merge_patch;

/// Something that is shown, and how its change is written.
pub(crate) trait Patched: PartialEq {
    /// What turns `old` into `new`; the two differ.
    fn patch(old: Option<&Self>, new: Option<&Self>) -> String;
}

/// The value of a member that was `old` and is to be `new`.
pub(crate) fn between<T: Serialize>(old: Option<&T>, new: Option<&T>) -> String {
    match (old, new) {
        (_, None) => "null".to_owned(),
        (None, Some(new)) => text(new),
        (Some(old), Some(new)) => merge_patch(&json(old), &json(new)).to_string(),
    }
}

// The types of the standings are texts, integers and objects with text keys,
// which always have a JSON form.

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
