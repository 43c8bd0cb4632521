//! What all views of a race show beside their rows.

use std::collections::BTreeMap;

use serde::Serialize;
use tasuki_race::{Announcement, Line, Projector, RaceState, Selection};

use crate::patch::{Patched, between, text};

/// The members of a snapshot that do not depend on the selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Common {
    pub(crate) state: RaceState,
    pub(crate) announcements: BTreeMap<u64, Announcement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cutlines: Vec<Line>,
}

impl Common {
    pub(crate) fn of(projector: &Projector) -> Self {
        let nobody = Selection {
            bibs: Some([].into()),
            ..Selection::all()
        };
        let snapshot = projector.snapshot(&nobody);
        Self {
            state: snapshot.state,
            announcements: snapshot.announcements,
            cutlines: snapshot.cutlines,
        }
    }

    fn patch(&self, new: &Self) -> String {
        let mut members = String::new();
        if self.announcements != new.announcements {
            let patch = between(Some(&self.announcements), Some(&new.announcements));
            members += &format!("\"announcements\":{patch},");
        }
        if self.cutlines != new.cutlines {
            // A list is replaced as a whole, and absent where there is none.
            let lines = Some(&new.cutlines).filter(|lines| !lines.is_empty());
            let patch = between(None, lines);
            members += &format!("\"cutlines\":{patch},");
        }
        if self.state != new.state {
            members += &format!("\"state\":{},", text(&new.state));
        }
        members
    }
}

/// Written as members of the frame's patch, each with a comma behind it.
impl Patched for Common {
    fn patch(old: Option<&Self>, new: Option<&Self>) -> String {
        // Every state of a race has one.
        old.zip(new)
            .map(|(old, new)| old.patch(new))
            .unwrap_or_default()
    }
}
