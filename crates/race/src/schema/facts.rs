//! Schemas of the facts: one per type, with its own fields only.
//!
//! A fact is read through one object that has every field (`wire.rs`), so
//! nothing can be derived; a test reads what these schemas allow, and is
//! refused what they do not.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::definition::{Definition, Entry};
use crate::fact::{Fact, MarkedStatus, RaceState};
use crate::ids::{Bib, EventId, Slug};
use crate::review::Oddity;
use crate::schema::object::FactObject;
use crate::schema::texts::Text;
use crate::wire::{DELTA_MAX_MS, START_BIBS_MAX};

/// Declares the schema of each type of fact, and that of them all.
macro_rules! facts {
    ($($name:ident $kind:literal $text:literal => |$object:ident| $fields:expr;)+) => {
        $(
            struct $name;

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let $object = FactObject::new(generator, $kind, $text);
                    $fields.finish()
                }
            }
        )+

        impl JsonSchema for Fact {
            fn schema_name() -> Cow<'static, str> {
                "Fact".into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                union(&[$(($kind, generator.subschema_for::<$name>())),+])
            }
        }
    };
}

fn union(kinds: &[(&str, Schema)]) -> Schema {
    let one_of: Vec<Value> = kinds
        .iter()
        .map(|(_, schema)| schema.clone().to_value())
        .collect();
    let target = |schema: &Value| schema["$ref"].clone();
    let mapping: serde_json::Map<String, Value> = kinds
        .iter()
        .zip(&one_of)
        .map(|((kind, _), schema)| ((*kind).to_owned(), target(schema)))
        .collect();
    json_schema!({
        "description": "Something that happened or was decided, once and for ever. Told apart by \
                        `type`; unknown fields are refused.",
        "oneOf": one_of,
        "discriminator": {"propertyName": "type", "mapping": mapping},
    })
}

const REASON: &str = "Why.";

/// The bibs that a gun was fired for.
struct StartBibs;

impl JsonSchema for StartBibs {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StartBibs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": generator.subschema_for::<Bib>(),
            "minItems": 1,
            "maxItems": START_BIBS_MAX,
        })
    }
}

/// A penalty or a credit.
struct Delta;

impl JsonSchema for Delta {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Delta".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "format": "int64",
            "minimum": -DELTA_MAX_MS,
            "maximum": DELTA_MAX_MS,
        })
    }
}

facts! {
    RaceDefined "race_defined"
        "The race is created, or its course and settings are replaced; the `entries` given are \
         registered on top, entries not named stay. Refused (`definition_conflict`) where it \
         would orphan a recorded passage's checkpoint. Administrators only."
        => |o| o.needs::<Definition>("race", "The definition; its `id` is the race's.");

    EntryRegistered "entry_registered"
        "A competitor or team is added, or its details replaced. Administrators only."
        => |o| o.needs::<Entry>("entry", "The competitor or team.");

    Started "started"
        "The gun for a leg: mass start, wave, time-difference start or rolled start \
         (繰り上げスタート). For `bibs`, for a `category`, or for everyone; the latest that names \
         a bib most narrowly wins."
        => |o| o
            .timed()
            .may::<Slug>("leg", "The leg; the first where absent.")
            .may::<Slug>("category", "For the entries of that category.")
            .may::<StartBibs>("bibs", "For these bibs.")
            .rule("not", json!({"required": ["bibs", "category"]}));

    PassageRecorded "passage_recorded"
        "A bib was seen at a checkpoint. Never refused for being odd: an unknown bib, a second \
         passage or an impossible time is accepted with a warning."
        => |o| o
            .timed()
            .needs::<Bib>("bib", "As it was read.")
            .needs::<Slug>("checkpoint", "Where; or the place that several checkpoints share.");

    TimeRecorded "time_recorded"
        "Somebody passed a checkpoint; whose bib it was is not known yet."
        => |o| o.timed().needs::<Slug>("checkpoint", "Where.");

    BibRecorded "bib_recorded"
        "A bib passed a checkpoint; when is not known. A `time` is when the bib was read, and \
         does not count."
        => |o| o
            .needs::<Bib>("bib", "As it was read.")
            .needs::<Slug>("checkpoint", "Where.");

    PassagePaired "passage_paired"
        "A recorded time is a bib's: it counts as a `passage_recorded` would."
        => |o| o
            .needs::<EventId>("event", "The `time_recorded`.")
            .may::<Bib>("bib", "Whose it is; or name a fact in `with`.")
            .may::<EventId>("with", "The `bib_recorded` of the same checkpoint.")
            .rule("oneOf", json!([{"required": ["bib"]}, {"required": ["with"]}]));

    ReviewAccepted "review_accepted"
        "A line of the review list is right as it is, and leaves the list. Administrators only."
        => |o| o
            .needs::<EventId>("event", "The observation.")
            .needs::<Oddity>("code", "What is odd about it.")
            .may::<Slug>("checkpoint", "Where, if it has several lines of that code.")
            .needs::<Text>("reason", REASON);

    EventVoided "event_voided"
        "Another fact is withdrawn from the standings; it stays in the log. Recorders may \
         withdraw their own."
        => |o| o
            .needs::<EventId>("event", "That fact.")
            .needs::<Text>("reason", REASON);

    PassageReassigned "passage_reassigned"
        "A passage belongs to another bib. Administrators only."
        => |o| o
            .needs::<EventId>("event", "The passage.")
            .needs::<Bib>("bib", "Whose it is.")
            .needs::<Text>("reason", REASON);

    StatusChanged "status_changed"
        "An entry did not start, abandoned (途中棄権), was disqualified, or is back. Recorders \
         may set `dns` and `dnf`."
        => |o| o
            .needs::<Bib>("bib", "Whose.")
            .needs::<MarkedStatus>("status", "What it is now.")
            .may::<Slug>("checkpoint", "From where on; after the last passage where absent.")
            .may::<Text>("reason", REASON);

    TimeAdjusted "time_adjusted"
        "A penalty or a credit. Administrators only."
        => |o| o
            .needs::<Bib>("bib", "Whose.")
            .needs::<Delta>("delta_ms", "Added to the elapsed time, milliseconds.")
            .may::<Slug>("leg", "From that leg on; from the finish on where absent.")
            .needs::<Text>("reason", REASON);

    ResultsDeclared "results_declared"
        "Results become official, or unofficial again. Administrators only."
        => |o| o.needs::<RaceState>("state", "What they are now.");

    Announced "announced"
        "A line for the spectators' ticker."
        => |o| o
            .needs::<Text>("text", "The line.")
            .may::<Bib>("bib", "Whom it is about.");
}
