//! What turns one state into the next: an RFC 7396 merge patch.

use serde_json::{Map, Value};

use crate::standings::Snapshot;

/// The merge patch that turns `old` into `new`; `seq` and `as_of` are always
/// in it.
#[must_use]
pub fn diff(old: &Snapshot, new: &Snapshot) -> Value {
    let mut patch = Map::new();
    patch.insert("seq".into(), new.seq.into());
    patch.insert("as_of".into(), json(&new.as_of));
    if old.race != new.race {
        patch.insert("race".into(), json(&new.race));
    }
    if old.state != new.state {
        patch.insert("state".into(), json(&new.state));
    }
    let entries = members(&old.entries, &new.entries);
    if !entries.is_empty() {
        patch.insert("entries".into(), Value::Object(entries));
    }
    let announcements = members(&old.announcements, &new.announcements);
    if !announcements.is_empty() {
        patch.insert("announcements".into(), Value::Object(announcements));
    }
    if old.cutlines != new.cutlines {
        // A list is replaced as a whole, and absent where there is none.
        let lines = if new.cutlines.is_empty() {
            Value::Null
        } else {
            json(&new.cutlines)
        };
        patch.insert("cutlines".into(), lines);
    }
    Value::Object(patch)
}

/// Compares typed members first: in a large field most rows are the same, and
/// only those that are not are turned into JSON.
fn members<K, T>(
    old: &std::collections::BTreeMap<K, T>,
    new: &std::collections::BTreeMap<K, T>,
) -> Map<String, Value>
where
    K: Ord + ToString,
    T: PartialEq + serde::Serialize,
{
    let gone = old.keys().filter(|key| !new.contains_key(key));
    let mut patch: Map<String, Value> = gone.map(|key| (key.to_string(), Value::Null)).collect();
    for (key, value) in new {
        match old.get(key) {
            Some(before) if before == value => {}
            Some(before) => {
                patch.insert(key.to_string(), merge_patch(&json(before), &json(value)));
            }
            None => {
                patch.insert(key.to_string(), json(value));
            }
        }
    }
    patch
}

/// The RFC 7396 merge patch between two values that hold no `null`.
#[must_use]
pub fn merge_patch(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return new.clone();
    };
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let mut patch: Map<String, Value> = gone.map(|key| (key.clone(), Value::Null)).collect();
    for (key, value) in new {
        match old.get(key) {
            Some(before) if before == value => {}
            Some(before) => {
                patch.insert(key.clone(), merge_patch(before, value));
            }
            None => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(patch)
}

fn json(value: &impl serde::Serialize) -> Value {
    // The types of the standings are texts, integers and objects with text
    // keys, which always have a JSON form.
    serde_json::to_value(value).unwrap_or_default()
}
