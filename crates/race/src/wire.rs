//! The JSON object of a fact: read strictly, written from the fact.

use serde::{Deserialize, Serialize};

use crate::definition::{Definition, Entry};
use crate::fact::{Fact, FactKind, MarkedStatus, PairedTo, RaceState, StartTarget};
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::review::Oddity;
use crate::strict::{Malformed, present};

/// Longest `note`, `reason` or announcement, characters.
pub(crate) const TEXT_CHARS_MAX: usize = 500;
/// Largest penalty or credit: thirty days, so that sums cannot overflow.
pub(crate) const DELTA_MAX_MS: i64 = 2_592_000_000;
/// Most bibs that one start can name.
pub(crate) const START_BIBS_MAX: usize = crate::validate::ENTRIES_MAX;

/// The object on the wire: every field of every type, so that one pass finds
/// unknown and doubled fields by name.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    id: Option<EventId>,
    #[serde(
        default,
        rename = "type",
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    kind: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    time: Option<Instant>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    note: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    race: Option<Box<Definition>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    entry: Option<Box<Entry>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    leg: Option<Slug>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    bibs: Option<Vec<Bib>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    category: Option<Slug>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    bib: Option<Bib>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    checkpoint: Option<Slug>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    event: Option<EventId>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    reason: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    status: Option<MarkedStatus>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    delta_ms: Option<i64>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    state: Option<RaceState>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    text: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    with: Option<EventId>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    code: Option<Oddity>,
}

/// Takes fields out of the wire object one by one; what is left over at the
/// end does not belong to the type.
struct Taker {
    wire: Wire,
    kind: String,
}

macro_rules! take {
    ($taker:ident . $field:ident) => {
        $taker.wire.$field.take().ok_or_else(|| {
            let name = stringify!($field);
            Malformed::new(
                "missing_field",
                format!("missing field `{name}` of `{}`", $taker.kind),
            )
        })?
    };
}

impl Wire {
    pub(crate) fn into_fact(mut self) -> Result<Fact, Malformed> {
        let id = self.id.take().ok_or_else(|| missing("id"))?;
        let kind = self.kind.take().ok_or_else(|| missing("type"))?;
        let time = self.time.take();
        let note = match self.note.take() {
            Some(note) => Some(bounded("note", note)?),
            None => None,
        };
        let mut taker = Taker { wire: self, kind };
        let kind = taker.kind()?;
        let timed = matches!(
            kind,
            FactKind::Started { .. }
                | FactKind::PassageRecorded { .. }
                | FactKind::TimeRecorded { .. }
        );
        if timed && time.is_none() {
            return Err(Malformed::new(
                "missing_field",
                format!("missing field `time` of `{}`", taker.kind),
            ));
        }
        taker.nothing_left()?;
        Ok(Fact {
            id,
            time,
            note,
            kind,
        })
    }
}

impl Taker {
    fn kind(&mut self) -> Result<FactKind, Malformed> {
        let t = self;
        Ok(match t.kind.as_str() {
            "race_defined" => {
                let mut definition = take!(t.race);
                definition.normalise()?;
                FactKind::RaceDefined(definition)
            }
            "entry_registered" => FactKind::EntryRegistered(take!(t.entry)),
            "started" => FactKind::Started {
                leg: t.wire.leg.take(),
                target: t.start_target()?,
            },
            "passage_recorded" => FactKind::PassageRecorded {
                bib: take!(t.bib),
                checkpoint: take!(t.checkpoint),
            },
            "time_recorded" => FactKind::TimeRecorded {
                checkpoint: take!(t.checkpoint),
            },
            "bib_recorded" => FactKind::BibRecorded {
                bib: take!(t.bib),
                checkpoint: take!(t.checkpoint),
            },
            "passage_paired" => FactKind::PassagePaired {
                event: take!(t.event),
                to: t.paired_to()?,
            },
            "review_accepted" => FactKind::ReviewAccepted {
                event: take!(t.event),
                code: take!(t.code),
                checkpoint: t.wire.checkpoint.take(),
                reason: t.reason()?,
            },
            "event_voided" => FactKind::EventVoided {
                event: take!(t.event),
                reason: t.reason()?,
            },
            "passage_reassigned" => FactKind::PassageReassigned {
                event: take!(t.event),
                bib: take!(t.bib),
                reason: t.reason()?,
            },
            "status_changed" => FactKind::StatusChanged {
                bib: take!(t.bib),
                status: take!(t.status),
                checkpoint: t.wire.checkpoint.take(),
                reason: t
                    .wire
                    .reason
                    .take()
                    .map(|r| bounded("reason", r))
                    .transpose()?,
            },
            "time_adjusted" => FactKind::TimeAdjusted {
                bib: take!(t.bib),
                delta_ms: delta(take!(t.delta_ms))?,
                leg: t.wire.leg.take(),
                reason: t.reason()?,
            },
            "results_declared" => FactKind::ResultsDeclared(take!(t.state)),
            "announced" => FactKind::Announced {
                text: bounded("text", take!(t.text))?,
                bib: t.wire.bib.take(),
            },
            other => {
                let other: String = other.chars().take(40).collect();
                return Err(Malformed::new(
                    "unknown_type",
                    format!("type: there is no fact `{other}`"),
                ));
            }
        })
    }

    fn reason(&mut self) -> Result<String, Malformed> {
        let t = self;
        bounded("reason", take!(t.reason))
    }

    fn start_target(&mut self) -> Result<StartTarget, Malformed> {
        match (self.wire.bibs.take(), self.wire.category.take()) {
            (None, None) => Ok(StartTarget::Everyone),
            (None, Some(category)) => Ok(StartTarget::Category(category)),
            (Some(bibs), None) if (1..=START_BIBS_MAX).contains(&bibs.len()) => {
                Ok(StartTarget::Bibs(bibs))
            }
            (Some(_), None) => Err(Malformed::new(
                "invalid_value",
                format!("bibs: name 1 to {START_BIBS_MAX}, or leave `bibs` out to start everyone"),
            )),
            (Some(_), Some(_)) => Err(Malformed::new(
                "invalid_value",
                "`bibs` and `category` exclude each other: name one or neither",
            )),
        }
    }

    fn paired_to(&mut self) -> Result<PairedTo, Malformed> {
        match (self.wire.bib.take(), self.wire.with.take()) {
            (Some(bib), None) => Ok(PairedTo::Bib(bib)),
            (None, Some(event)) => Ok(PairedTo::Event(event)),
            (None, None) => Err(Malformed::new(
                "missing_field",
                "missing field `bib` or `with` of `passage_paired`: whose is the time?",
            )),
            (Some(_), Some(_)) => Err(Malformed::new(
                "invalid_value",
                "`bib` and `with` exclude each other: name one",
            )),
        }
    }

    fn nothing_left(&self) -> Result<(), Malformed> {
        let w = &self.wire;
        let left = [
            ("race", w.race.is_some()),
            ("entry", w.entry.is_some()),
            ("leg", w.leg.is_some()),
            ("bibs", w.bibs.is_some()),
            ("category", w.category.is_some()),
            ("bib", w.bib.is_some()),
            ("checkpoint", w.checkpoint.is_some()),
            ("event", w.event.is_some()),
            ("reason", w.reason.is_some()),
            ("status", w.status.is_some()),
            ("delta_ms", w.delta_ms.is_some()),
            ("state", w.state.is_some()),
            ("text", w.text.is_some()),
            ("with", w.with.is_some()),
            ("code", w.code.is_some()),
        ];
        match left.iter().find(|(_, there)| *there) {
            Some((field, _)) => Err(Malformed::new(
                "unknown_field",
                format!("unknown field `{field}`: `{}` has none", self.kind),
            )),
            None => Ok(()),
        }
    }
}

fn missing(field: &str) -> Malformed {
    Malformed::new("missing_field", format!("missing field `{field}`"))
}

fn bounded(field: &str, text: String) -> Result<String, Malformed> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Malformed::new(
            "invalid_value",
            format!("{field}: at most {TEXT_CHARS_MAX} characters"),
        ));
    }
    Ok(text)
}

fn delta(delta_ms: i64) -> Result<i64, Malformed> {
    if !(-DELTA_MAX_MS..=DELTA_MAX_MS).contains(&delta_ms) {
        return Err(Malformed::new(
            "invalid_value",
            format!("delta_ms: at most {DELTA_MAX_MS} either way"),
        ));
    }
    Ok(delta_ms)
}

impl From<&Fact> for Wire {
    fn from(fact: &Fact) -> Self {
        let wire = match fact.kind.clone() {
            FactKind::RaceDefined(race) => Self {
                race: Some(race),
                ..Self::default()
            },
            FactKind::EntryRegistered(entry) => Self {
                entry: Some(entry),
                ..Self::default()
            },
            FactKind::Started { leg, target } => {
                let (bibs, category) = match target {
                    StartTarget::Everyone => (None, None),
                    StartTarget::Category(category) => (None, Some(category)),
                    StartTarget::Bibs(bibs) => (Some(bibs), None),
                };
                Self {
                    leg,
                    bibs,
                    category,
                    ..Self::default()
                }
            }
            FactKind::PassageRecorded { bib, checkpoint } => Self {
                bib: Some(bib),
                checkpoint: Some(checkpoint),
                ..Self::default()
            },
            FactKind::TimeRecorded { checkpoint } => Self {
                checkpoint: Some(checkpoint),
                ..Self::default()
            },
            FactKind::BibRecorded { bib, checkpoint } => Self {
                bib: Some(bib),
                checkpoint: Some(checkpoint),
                ..Self::default()
            },
            FactKind::PassagePaired { event, to } => {
                let (bib, with) = match to {
                    PairedTo::Bib(bib) => (Some(bib), None),
                    PairedTo::Event(event) => (None, Some(event)),
                };
                Self {
                    event: Some(event),
                    bib,
                    with,
                    ..Self::default()
                }
            }
            FactKind::ReviewAccepted {
                event,
                code,
                checkpoint,
                reason,
            } => Self {
                event: Some(event),
                code: Some(code),
                checkpoint,
                reason: Some(reason),
                ..Self::default()
            },
            FactKind::EventVoided { event, reason } => Self {
                event: Some(event),
                reason: Some(reason),
                ..Self::default()
            },
            FactKind::PassageReassigned { event, bib, reason } => Self {
                event: Some(event),
                bib: Some(bib),
                reason: Some(reason),
                ..Self::default()
            },
            FactKind::StatusChanged {
                bib,
                status,
                checkpoint,
                reason,
            } => Self {
                bib: Some(bib),
                status: Some(status),
                checkpoint,
                reason,
                ..Self::default()
            },
            FactKind::TimeAdjusted {
                bib,
                delta_ms,
                leg,
                reason,
            } => Self {
                bib: Some(bib),
                delta_ms: Some(delta_ms),
                leg,
                reason: Some(reason),
                ..Self::default()
            },
            FactKind::ResultsDeclared(state) => Self {
                state: Some(state),
                ..Self::default()
            },
            FactKind::Announced { text, bib } => Self {
                text: Some(text),
                bib,
                ..Self::default()
            },
        };
        Self {
            id: Some(fact.id),
            kind: Some(fact.kind.type_name().to_owned()),
            time: fact.time,
            note: fact.note.clone(),
            ..wire
        }
    }
}
