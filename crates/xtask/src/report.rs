//! The table at the end: what was done, how it went, how long it took.

use std::fmt;
use std::time::Duration;

use crate::steps::Step;

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Left out, and what to do for it to be done.
    Skipped(&'static str),
}

/// One row for each step that was planned.
pub(crate) struct Report {
    rows: Vec<(Step, Option<(Outcome, Duration)>)>,
}

impl Report {
    /// A report in which nothing has been done yet.
    pub(crate) fn new(plan: &[Step]) -> Self {
        Self {
            rows: plan.iter().map(|step| (*step, None)).collect(),
        }
    }

    /// Writes down how a step went.
    pub(crate) fn note(&mut self, step: Step, outcome: Outcome, took: Duration) {
        if let Some((_, result)) = self.rows.iter_mut().find(|(it, _)| *it == step) {
            *result = Some((outcome, took));
        }
    }

    /// Whether every step was done, or left out on purpose.
    pub(crate) fn is_good(&self) -> bool {
        self.rows
            .iter()
            .all(|(_, it)| matches!(it, Some((outcome, _)) if *outcome != Outcome::Failed))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, result) in &self.rows {
            let (word, took, advice) = match result {
                None => ("not run", Duration::ZERO, ""),
                Some((Outcome::Passed, took)) => ("passed", *took, ""),
                Some((Outcome::Failed, took)) => ("FAILED", *took, ""),
                Some((Outcome::Skipped(advice), took)) => ("skipped", *took, *advice),
            };
            let line = format!("{:<10}{word:<9}{:>8}  {advice}", step.name(), seconds(took));
            writeln!(f, "{}", line.trim_end())?;
        }
        let total = self
            .rows
            .iter()
            .filter_map(|(_, it)| it.as_ref())
            .map(|(_, took)| *took)
            .sum();
        let verdict = if self.is_good() { "passed" } else { "FAILED" };
        writeln!(f, "{:<10}{verdict:<9}{:>8}", "all", seconds(total))
    }
}

/// A duration for a person, to a tenth of a second.
pub(crate) fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_was_done_and_what_was_not_reached() {
        let mut report = Report::new(&[Step::Fmt, Step::Deny, Step::Clippy, Step::Test]);
        report.note(Step::Fmt, Outcome::Passed, Duration::from_millis(1250));
        report.note(Step::Deny, Outcome::Skipped("install it"), Duration::ZERO);
        report.note(Step::Clippy, Outcome::Failed, Duration::from_secs(61));
        let expected = "\
fmt       passed      1.2 s
deny      skipped     0.0 s  install it
clippy    FAILED     61.0 s
test      not run     0.0 s
all       FAILED     62.2 s
";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn a_skipped_step_is_no_failure_but_one_not_reached_is() {
        let mut report = Report::new(&[Step::Fmt, Step::Deny]);
        report.note(Step::Deny, Outcome::Skipped("install it"), Duration::ZERO);
        assert!(!report.is_good());
        report.note(Step::Fmt, Outcome::Passed, Duration::ZERO);
        assert!(report.is_good());
    }
}
