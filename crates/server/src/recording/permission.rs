//! Who may record which fact.

use tasuki_race::{EventId, Fact, FactKind, MarkedStatus};

use crate::identity::Authority;

/// Says why `authority` may not record `fact`; `own` tells whether a fact is
/// its own.
pub(crate) fn forbids(
    authority: &Authority,
    fact: &Fact,
    own: impl Fn(&EventId) -> bool,
) -> Option<String> {
    let Authority::Recorder(device) = authority else {
        return None;
    };
    match &fact.kind {
        FactKind::PassageRecorded { checkpoint, .. }
        | FactKind::TimeRecorded { checkpoint }
        | FactKind::BibRecorded { checkpoint, .. } => match &device.checkpoint {
            Some(bound) if bound != checkpoint => Some(format!(
                "checkpoint: this device records at `{bound}`, not at `{checkpoint}`"
            )),
            _ => None,
        },
        FactKind::EventVoided { event, .. } if !own(event) => {
            Some("event: a recorder may void what it recorded itself".to_owned())
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
        | FactKind::PassagePaired { .. }
        | FactKind::EventVoided { .. }
        | FactKind::StatusChanged { .. }
        | FactKind::Announced { .. } => None,
    }
}
