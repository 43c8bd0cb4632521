//! What the viewers were sent, as figures.

use anyhow::Result;

use super::Run;
use crate::control::Report;
use crate::figures::{Figures, percentile_ms};
use crate::standings::equal;

impl Run {
    /// What came of so many messages.
    pub(super) fn receipts(&self, report: &Report, messages: f64, figures: &mut Figures) {
        let viewers = f64::from(self.viewers);
        let frames = (report.frames as f64).max(1.0);
        self.wrongs(report, figures);
        figures.set("expected", viewers * messages);
        figures.set("delivered", report.delivered as f64);
        figures.set("bytes_per_event", report.bytes as f64 / frames);
        figures.set("bytes_per_viewer", report.bytes as f64 / viewers);
        figures.set("frames_per_viewer", frames / viewers);
        figures.set("messages_per_frame", report.delivered as f64 / frames);
        figures.set("frames_per_read", frames / (report.reads as f64).max(1.0));
        for (name, percent) in [("p50_ms", 50), ("p99_ms", 99), ("max_ms", 100)] {
            figures.set(name, percentile_ms(&report.delays_us, percent));
        }
        for (name, percent) in [("last_p50_ms", 50), ("last_p99_ms", 99)] {
            figures.set(name, percentile_ms(&report.last_us, percent));
        }
    }

    /// What should all be none.
    fn wrongs(&self, report: &Report, figures: &mut Figures) {
        // Of a server that merges, everybody has all when everybody has the last.
        let merges = self.subject.watched().states;
        let lost = if merges { 0 } else { report.merged };
        figures.set("lost", lost as f64);
        figures.set("backwards", report.backwards as f64);
        figures.set("closed", report.closed as f64);
        figures.set("behind", report.behind as f64);
    }

    /// Those who were away are back: what they missed meanwhile, and what they show.
    ///
    /// # Errors
    /// When the server does not give the standings.
    pub fn look_again(&self, report: &Report, figures: &mut Figures) -> Result<()> {
        self.wrongs(report, figures);
        self.compare(report, figures)
    }

    /// Compares what the sample shows with the standings, byte for byte after
    /// canonical JSON.
    pub(super) fn compare(&self, report: &Report, figures: &mut Figures) -> Result<()> {
        let Some(standings) = self.subject.standings()? else {
            return Ok(());
        };
        let equal = equal(&report.states, &standings)?;
        figures.set("states", report.states.len() as f64);
        figures.set("states_equal", equal as f64);
        figures.set("rebased_in_sample", report.rebased as f64);
        Ok(())
    }
}
