//! What the standard calls where somebody stands.

use tasuki_race::{EntryStatus, Leg, Split};

use crate::results::Placed;

/// How the standard calls where an entry stands.
pub(super) fn status(placed: &Placed) -> &'static str {
    match placed.row.status {
        EntryStatus::Entered => "Inactive",
        EntryStatus::Running => "Active",
        EntryStatus::Finished if !placed.row.ranked => "NotCompeting",
        // A time is missing on the way, and with it the total.
        EntryStatus::Finished if placed.row.rank.is_none() => "MissingPunch",
        EntryStatus::Finished => "OK",
        EntryStatus::Dns => "DidNotStart",
        EntryStatus::Dnf => "DidNotFinish",
        EntryStatus::Dsq => "Disqualified",
    }
}

/// The same of one member's leg.
pub(super) fn leg_status(
    placed: &Placed,
    number: usize,
    split: Option<&Split>,
    legs: &[Leg],
) -> &'static str {
    let row = &placed.row;
    match row.status {
        EntryStatus::Dns => return "DidNotStart",
        EntryStatus::Dsq => return "Disqualified",
        _ => {}
    }
    if let Some(split) = split {
        return match split.leg_ms {
            None => "MissingPunch",
            Some(_) if split.reference || split.leg_rank.is_none() => "NotCompeting",
            Some(_) => "OK",
        };
    }
    let running = row.leg.as_ref();
    let present = running.and_then(|leg| legs.iter().position(|known| known.id == *leg));
    match (row.status, present) {
        (EntryStatus::Finished, _) => "MissingPunch",
        (_, Some(present)) if number < present => "MissingPunch",
        (EntryStatus::Running, Some(present)) if number == present => "Active",
        (EntryStatus::Dnf, Some(present)) if number == present => "DidNotFinish",
        (EntryStatus::Dnf, _) => "DidNotStart",
        _ => "Inactive",
    }
}
