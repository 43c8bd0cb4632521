//! A race that is told fact by fact, and somebody who watches it.

use std::time::Duration;

use serde_json::Value;
use tasuki_feed::{Channel, Cursor, Origin, Tag};
use tasuki_race::{Fact, Projector, Selection};
use tasuki_testkit::naive::log_of;

/// Longer than any test: nothing is said of what did not change.
pub(crate) const NEVER: Duration = Duration::from_secs(3_600);

pub(crate) fn channel(as_of_every: Duration) -> Channel {
    Channel::new(Origin(7), as_of_every)
}

/// The whole race, settled after every fact.
pub(crate) fn project(facts: &[Fact]) -> Projector {
    let mut projector = Projector::new("race".parse().expect("a slug"));
    for logged in log_of(facts) {
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
    }
    projector.settle();
    projector
}

/// Enters the next fact of a log.
pub(crate) fn enter(projector: &mut Projector, facts: &[Fact]) {
    let seq = projector.seq() + 1;
    let at = usize::try_from(seq).expect("a place");
    let logged = log_of(&facts[..at]).pop().expect("a fact");
    projector.apply(seq, logged.at, "admin", &logged.fact);
    projector.settle();
}

pub(crate) fn bibs(bibs: &[&str]) -> Selection {
    let bibs = bibs.iter().map(|bib| bib.parse().expect("a bib"));
    Selection {
        bibs: Some(bibs.collect()),
        ..Selection::all()
    }
}

pub(crate) fn top(count: usize) -> Selection {
    Selection {
        top: Some(count),
        ..Selection::all()
    }
}

/// Somebody who watches.
pub(crate) struct Viewer {
    pub(crate) selection: Selection,
    cursor: Option<Cursor>,
    pub(crate) state: Value,
    pub(crate) tag: Option<Tag>,
}

/// What a frame said.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

impl Viewer {
    /// Watches, and reads what is there.
    pub(crate) fn join(channel: &Channel, projector: &Projector, selection: &Selection) -> Self {
        let mut viewer = Self {
            selection: selection.clone(),
            cursor: None,
            state: Value::Null,
            tag: None,
        };
        viewer.come_back(channel, projector);
        viewer
    }

    pub(crate) fn go(&mut self) {
        self.cursor = None;
    }

    /// Watches on from where it was; what it is given.
    pub(crate) fn come_back(&mut self, channel: &Channel, projector: &Projector) -> Vec<Event> {
        let cursor = channel.join(&self.selection, projector, self.tag);
        self.cursor = Some(cursor.expect("there is room").cursor());
        self.read()
    }

    pub(crate) fn seq(&self) -> u64 {
        self.state["seq"].as_u64().expect("a number")
    }

    /// Reads everything that is pending and does what it says.
    pub(crate) fn read(&mut self) -> Vec<Event> {
        let delivery = self.cursor.as_mut().expect("it watches").take();
        let frames = delivery.frames.iter();
        let events: Vec<Event> = frames
            .filter_map(|frame| self.take(&frame.text()))
            .collect();
        events
    }

    /// Of a comment nothing.
    fn take(&mut self, frame: &[u8]) -> Option<Event> {
        let text = std::str::from_utf8(frame).expect("UTF-8");
        if text.starts_with(':') {
            return None;
        }
        let mut lines = text.lines();
        let mut field = |name: &str| {
            let line = lines.next().and_then(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no `{name}` in {text}"))
        };
        let (name, id, data) = (field("event: "), field("id: "), field("data: "));
        let data: Value = serde_json::from_str(data).expect("JSON");
        match name {
            "snapshot" => self.state = data.clone(),
            "diff" => json_patch::merge(&mut self.state, &data),
            other => panic!("`{other}` is no event"),
        }
        let tag: Tag = id.parse().expect("an id of ours");
        assert_eq!(tag.seq, self.seq(), "the id names the state");
        self.tag = Some(tag);
        let name = name.to_owned();
        Some(Event { name, data })
    }
}

pub(crate) fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}
