//! What the log says once voids, reassignments and replacements are applied
//! (rules, section 1).

use std::collections::{BTreeMap, HashSet};

use tasuki_race::{
    Announcement, Bib, Definition, Entry, FactKind, Instant, MarkedStatus, RaceState, Slug,
};

use super::Logged;

/// How many announcements a snapshot holds (contract, section 5).
const ANNOUNCEMENTS_SHOWN: usize = 50;

/// The mark that officials last set on a bib, `active` being none.
pub(super) struct Mark {
    pub(super) status: MarkedStatus,
    pub(super) checkpoint: Option<Slug>,
    pub(super) time: Option<Instant>,
    /// Where it stands in the log.
    pub(super) seq: u64,
}

/// The facts that no void in force names, in log order.
///
/// A void acts on what is earlier in the log, so whether it is itself
/// withdrawn is known when the log is read from its end.
pub(super) fn facts(log: &[Logged]) -> Vec<&Logged> {
    let mut withdrawn = HashSet::new();
    let mut standing = Vec::new();
    for logged in log.iter().rev() {
        if withdrawn.contains(&logged.fact.id) {
            continue;
        }
        if let FactKind::EventVoided { event, .. } = logged.fact.kind {
            withdrawn.insert(event);
        }
        standing.push(logged);
    }
    standing.reverse();
    standing
}

/// The last definition; where all are withdrawn, the first one's race without
/// a course.
pub(super) fn definition(log: &[Logged], facts: &[&Logged]) -> Definition {
    if let Some(last) = facts.iter().rev().find_map(|logged| defined(logged)) {
        return last.clone();
    }
    let first = log.iter().find_map(defined);
    Definition {
        checkpoints: Vec::new(),
        legs: Vec::new(),
        categories: Vec::new(),
        sections: Vec::new(),
        cutlines: Vec::new(),
        ..first
            .expect("a log begins with the definition of its race")
            .clone()
    }
}

fn defined(logged: &Logged) -> Option<&Definition> {
    match &logged.fact.kind {
        FactKind::RaceDefined(definition) => Some(definition),
        _ => None,
    }
}

/// Each bib's entry as it was last registered, alone or with a definition.
pub(super) fn entries(facts: &[&Logged]) -> BTreeMap<Bib, Entry> {
    let mut entries = BTreeMap::new();
    for logged in facts {
        let registered = match &logged.fact.kind {
            FactKind::EntryRegistered(entry) => std::slice::from_ref(&**entry),
            FactKind::RaceDefined(definition) => &definition.entries,
            _ => &[],
        };
        for entry in registered {
            entries.insert(entry.bib.clone(), entry.clone());
        }
    }
    entries
}

/// The last mark of a bib, unless it is `active`.
pub(super) fn mark(facts: &[&Logged], whose: &Bib) -> Option<Mark> {
    let last = facts
        .iter()
        .rev()
        .find_map(|logged| match &logged.fact.kind {
            FactKind::StatusChanged {
                bib,
                status,
                checkpoint,
                ..
            } if bib == whose => Some(Mark {
                status: *status,
                checkpoint: checkpoint.clone(),
                time: logged.fact.time,
                seq: logged.seq,
            }),
            _ => None,
        });
    last.filter(|mark| mark.status != MarkedStatus::Active)
}

/// All penalties and credits of a bib, with the legs that they name.
pub(super) fn adjustments(facts: &[&Logged], whose: &Bib) -> Vec<(Option<Slug>, i64)> {
    let adjustment = |logged: &&Logged| match &logged.fact.kind {
        FactKind::TimeAdjusted {
            bib, delta_ms, leg, ..
        } if bib == whose => Some((leg.clone(), *delta_ms)),
        _ => None,
    };
    facts.iter().filter_map(adjustment).collect()
}

/// What was last declared about the results.
pub(super) fn state(facts: &[&Logged]) -> RaceState {
    let declared = |logged: &&Logged| match logged.fact.kind {
        FactKind::ResultsDeclared(state) => Some(state),
        _ => None,
    };
    facts.iter().rev().find_map(declared).unwrap_or_default()
}

/// The last announcements, by the sequence number of their fact.
pub(super) fn announcements(facts: &[&Logged]) -> BTreeMap<u64, Announcement> {
    let announcement = |logged: &&Logged| match &logged.fact.kind {
        FactKind::Announced { text, bib } => {
            let time = logged.fact.time.unwrap_or(logged.at);
            Some((
                logged.seq,
                Announcement {
                    time,
                    text: text.clone(),
                    bib: bib.clone(),
                },
            ))
        }
        _ => None,
    };
    facts
        .iter()
        .rev()
        .filter_map(announcement)
        .take(ANNOUNCEMENTS_SHOWN)
        .collect()
}
