//! Schemas of what is written as text.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::ids::{BIB_CHARS_MAX, Bib, EventId, RACE_ID_CHARS_MAX, RaceId, SLUG_CHARS_MAX, Slug};
use crate::instant::Instant;
use crate::name::{LANGUAGES_MAX, NAME_CHARS_MAX, Name};
use crate::standings::Minute;
use crate::wire::TEXT_CHARS_MAX;

/// Control characters, as in a class of a regular expression. Written out,
/// like the classes below: what `\s` and `\p{…}` mean differs by engine.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
/// White space that is no control character.
const SPACE: &str = r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Characters that print as nothing. The last range has no escape that all
/// engines read.
const INVISIBLE: &str = concat!(
    r"\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff0-\uffff",
    "\u{e0000}-\u{e0fff}"
);

macro_rules! schema {
    ($type:ty, $name:literal, |$generator:pat_param| $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

fn slug(description: &str, chars_max: usize) -> Schema {
    json_schema!({
        "description": description,
        "type": "string",
        "minLength": 1,
        "maxLength": chars_max,
        "pattern": "^[a-z0-9][a-z0-9-]*$",
    })
}

schema!(RaceId, "RaceId", |_| slug(
    "The id of a race, as it stands in addresses.",
    RACE_ID_CHARS_MAX
));

schema!(Slug, "Slug", |_| slug(
    "The id of a checkpoint, a place, a leg, a category or a section.",
    SLUG_CHARS_MAX
));

schema!(Bib, "Bib", |_| json_schema!({
    "description": "What a runner or team wears: printable characters without spaces or \
                    slashes. Compared exactly: `07` is not `7`.",
    "type": "string",
    "minLength": 1,
    "maxLength": BIB_CHARS_MAX,
    "pattern": format!(r"^[^/\\{CONTROL}{SPACE}{INVISIBLE}]+$"),
    "examples": ["7", "07", "F1", "女3"],
}));

schema!(EventId, "EventId", |_| json_schema!({
    "description": "The id of a fact: a UUID made by whoever observed it (version 7 \
                    recommended), unique within its race.",
    "type": "string",
    "format": "uuid",
    "examples": ["0198c0de-0000-7000-8000-000000000001"],
}));

schema!(Instant, "Instant", |_| json_schema!({
    "description": "A moment as RFC 3339. Any offset is accepted, and digits finer than a \
                    millisecond are cut off; sent are UTC (`Z`) and three digits.",
    "type": "string",
    "format": "date-time",
    "examples": ["2026-01-02T08:00:00.000Z"],
}));

schema!(Minute, "Minute", |_| json_schema!({
    "description": "A moment to the minute, in UTC.",
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$",
    "examples": ["2026-01-02T01:10Z"],
}));

/// One text of a name.
struct NameText;

schema!(NameText, "NameText", |_| json_schema!({
    "description": "A text of one line that is not blank.",
    "type": "string",
    "minLength": 1,
    "maxLength": NAME_CHARS_MAX,
    "pattern": format!("^[^{CONTROL}]*[^{CONTROL}{SPACE}][^{CONTROL}]*$"),
}));

schema!(Name, "Name", |generator| {
    let text = generator.subschema_for::<NameText>();
    json_schema!({
        "description": "What people call it: a text, or a text for each language.",
        "oneOf": [
            text,
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": LANGUAGES_MAX,
                "propertyNames": {
                    "pattern": "^[A-Za-z][A-Za-z0-9-]*$",
                    "minLength": 2,
                    "maxLength": 16,
                },
                "additionalProperties": text,
            },
        ],
        "examples": ["Demo Ekiden 2026", {"ja": "デモ駅伝", "en": "Demo Ekiden"}],
    })
});

/// A `note`, a `reason` or an announcement.
pub(super) struct Text;

schema!(Text, "Text", |_| json_schema!({
    "description": "A text for people.",
    "type": "string",
    "maxLength": TEXT_CHARS_MAX,
}));
