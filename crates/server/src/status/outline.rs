//! What is to be told: three parts, and what happened lately.

use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::Instant;

use crate::alerts::{Outlook, Part, Past};
use crate::clock::now;
use crate::state::AppState;
use crate::status::words::{Said, incident};
use crate::switches::Name;

/// What happened is told for a week.
const LATELY_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// And so many at most.
const INCIDENTS_MAX: usize = 20;
/// Disturbances that are no farther apart than this are told as one.
const APART_MS: i64 = 2 * 60 * 1_000;

/// Whether entry, log and stream work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Status")]
pub(super) struct Outline {
    /// The worst of the three.
    pub(super) state: State,
    /// Whether passages are taken in.
    pub(super) entry: State,
    /// Whether they are kept.
    pub(super) log: State,
    /// Whether they are shown as they come.
    pub(super) stream: State,
    /// What happened in the last week, the newest first; 20 at most.
    pub(super) incidents: Vec<Incident>,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "StatusState")]
pub(super) enum State {
    /// All is well.
    Working,
    /// The organisers have closed it for now.
    Closed,
    /// It does not work as it should, and they know of it.
    Disturbed,
}

/// Something that people may have noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Incident")]
pub(super) struct Incident {
    /// What was disturbed.
    pub(super) part: Part,
    /// The same in words.
    pub(super) text: Said,
    /// Since when.
    pub(super) began: Instant,
    /// Until when; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<Instant>,
}

impl Outline {
    /// As it is now.
    pub(super) fn of(state: &AppState) -> Self {
        let outlook = state.lately.now();
        let is_disturbed = |part: Part| {
            let firing = outlook.standing.iter().filter(|it| it.fired.is_some());
            firing.into_iter().any(|it| it.rule.disturbs == Some(part))
        };
        let of_part = |is_open: bool, is_disturbed: bool| match (is_open, is_disturbed) {
            (_, true) => State::Disturbed,
            (false, false) => State::Closed,
            (true, false) => State::Working,
        };
        let switches = &state.switches;
        let log_works = state.appender.writable() && !is_disturbed(Part::Log);
        let takes = switches.is_on(Name::Entry) && !switches.is_on(Name::ReadOnly);
        let log = of_part(true, !log_works);
        let entry = of_part(takes, !log_works || is_disturbed(Part::Entry));
        let stream = of_part(switches.is_on(Name::Streams), is_disturbed(Part::Stream));
        Self {
            state: entry.max(log).max(stream),
            entry,
            log,
            stream,
            incidents: incidents(&outlook, now()),
        }
    }
}

/// What people may have noticed lately.
fn incidents(outlook: &Outlook, now: Instant) -> Vec<Incident> {
    let is_recent = |past: &&Past| {
        let until = past.over.unwrap_or(now);
        now.ms() - until.ms() < LATELY_MS
    };
    let mut told: Vec<Incident> = Vec::new();
    // The oldest first, so that one can go on into the next.
    for past in outlook.past.iter().filter(is_recent).rev() {
        let Some(part) = past.rule.disturbs else {
            continue;
        };
        let goes_on = |it: &&mut Incident| {
            let gap = it.ended.map(|ended| past.fired.ms() - ended.ms());
            it.part == part && gap.is_none_or(|gap| gap < APART_MS)
        };
        match told.iter_mut().rev().find(goes_on) {
            Some(incident) => {
                let both = incident.ended.zip(past.over);
                incident.ended = both.map(|(one, other)| one.max(other));
            }
            None => told.push(Incident {
                part,
                text: incident(part),
                began: past.fired,
                ended: past.over,
            }),
        }
    }
    told.reverse();
    told.truncate(INCIDENTS_MAX);
    told
}
