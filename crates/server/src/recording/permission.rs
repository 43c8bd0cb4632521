//! Who may record which fact.

use tasuki_log::Role;
use tasuki_race::{EventId, Fact, FactKind, MarkedStatus, Slug};

use crate::identity::{Authority, Who};

/// What is known of the facts that another fact names.
pub(crate) trait Named {
    /// Whether `authority` recorded that fact itself.
    fn is_own(&self, event: &EventId) -> bool;

    /// The timing point of an observation.
    fn observed_at(&self, event: &EventId) -> Option<Slug>;
}

/// Says why `authority` may not record `fact`.
pub(crate) fn forbids(authority: &Authority, fact: &Fact, named: &impl Named) -> Option<String> {
    let Role::Recorder {
        checkpoint: bound, ..
    } = &authority.role
    else {
        return None;
    };
    let records = match authority.who {
        Who::Device { .. } => "this device records",
        Who::Token | Who::Person(_) => "you record",
    };
    match &fact.kind {
        FactKind::PassageRecorded { checkpoint, .. }
        | FactKind::TimeRecorded { checkpoint }
        | FactKind::BibRecorded { checkpoint, .. } => match bound {
            Some(bound) if bound != checkpoint => Some(format!(
                "checkpoint: {records} at `{bound}`, not at `{checkpoint}`"
            )),
            _ => None,
        },
        FactKind::EventVoided { event, .. } if !named.is_own(event) => {
            Some("event: a recorder may void what it recorded itself".to_owned())
        }
        FactKind::PassagePaired { event, .. } => {
            let bound = bound.as_ref()?;
            let observed_at = named.observed_at(event).filter(|at| at != bound)?;
            Some(format!(
                "event: it was recorded at `{observed_at}`; {records} at `{bound}`"
            ))
        }
        FactKind::StatusChanged {
            status: MarkedStatus::Dsq | MarkedStatus::Active,
            ..
        } => Some(
            "status: a recorder may set `dnf` and `dns`; the rest needs an administrator"
                .to_owned(),
        ),
        FactKind::RaceDefined(_)
        | FactKind::EntryRegistered(_)
        | FactKind::PassageReassigned { .. }
        | FactKind::ReviewAccepted { .. }
        | FactKind::TimeAdjusted { .. }
        | FactKind::ResultsDeclared(_) => Some(format!(
            "type: `{}` needs an administrator",
            fact.kind.type_name()
        )),
        FactKind::Started { .. }
        | FactKind::EventVoided { .. }
        | FactKind::StatusChanged { .. }
        | FactKind::Announced { .. } => None,
    }
}
