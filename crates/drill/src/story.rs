//! What happened during a drill, and when.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::audit::Facts;

/// Moments, as they come.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    begun: Instant,
    pub(crate) broken: Option<Instant>,
    pub(crate) pending: Option<Instant>,
    pub(crate) firing: Option<Instant>,
    pub(crate) recovering: Option<Instant>,
    pub(crate) recovered: Option<Instant>,
    pub(crate) cleared: Option<Instant>,
    lines: Vec<(f64, String)>,
}

/// What came of a drill.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) drill: &'static str,
    pub(crate) what: &'static str,
    pub(crate) engine: &'static str,
    pub(crate) alert: Option<&'static str>,
    /// Seconds from the failure until the alert was pending, and until it fired.
    pub(crate) pending_s: Option<f64>,
    pub(crate) detected_s: Option<f64>,
    /// Seconds from the first command of the recovery until everything worked again.
    pub(crate) recovery_s: Option<f64>,
    /// Seconds from the failure until everything worked again.
    pub(crate) outage_s: Option<f64>,
    /// Seconds from then until the alert was silent; absent where that was not waited for.
    pub(crate) cleared_s: Option<f64>,
    pub(crate) facts: Facts,
    /// Attempts to record that failed, and were repeated.
    pub(crate) refused: u64,
    /// Longest time without an acknowledgement.
    pub(crate) silent_s: f64,
    pub(crate) viewers: usize,
    /// Of these, the ones that show what the standings say.
    pub(crate) viewers_equal: usize,
    /// Whether the standings are those of a race in which nothing went wrong.
    pub(crate) standings_equal: bool,
    /// Blocks of runbooks that were executed.
    pub(crate) executed: Vec<String>,
    pub(crate) took_s: f64,
    /// Seconds since the drill began, and what happened then.
    pub(crate) story: Vec<(f64, String)>,
    /// What is not as it must be.
    pub(crate) faults: Vec<String>,
}

impl Story {
    pub(crate) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            broken: None,
            pending: None,
            firing: None,
            recovering: None,
            recovered: None,
            cleared: None,
            lines: Vec::new(),
        }
    }

    /// Tells what happens now.
    pub(crate) fn tell(&mut self, line: &str) -> Instant {
        let now = Instant::now();
        let at = rounded(now - self.begun);
        println!("  {at:>5.1} s  {line}");
        self.lines.push((at, line.to_owned()));
        now
    }

    pub(crate) fn lines(&self) -> Vec<(f64, String)> {
        self.lines.clone()
    }

    pub(crate) fn took(&self) -> f64 {
        rounded(self.begun.elapsed())
    }
}

/// Seconds between two moments that were.
pub(crate) fn between(from: Option<Instant>, to: Option<Instant>) -> Option<f64> {
    Some(rounded(to?.saturating_duration_since(from?)))
}

/// Seconds, to a tenth.
pub(crate) fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}
