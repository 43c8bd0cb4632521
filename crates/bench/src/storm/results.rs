//! The results, kept as JSON and as a page.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use tasuki_bench::figures::Figures;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::conduct::Outcome;
use crate::page::page;
use crate::plan::Plan;

/// Of one run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Results {
    pub(crate) circumstances: Circumstances,
    pub(crate) plan: Plan,
    /// By how the server ended.
    pub(crate) storms: Vec<(String, Figures)>,
    pub(crate) figures: Figures,
    /// What is not as it must be.
    pub(crate) faults: Vec<String>,
}

impl Results {
    /// What came of a run.
    pub(crate) fn of(plan: &Plan, outcome: Outcome) -> Result<Self> {
        let (facts, failed) = outcome.recorded;
        let (compared, equal) = (outcome.compared, outcome.equal);
        let mut figures = Figures::default();
        figures.set("facts", facts as f64);
        figures.set("failed_attempts", failed as f64);
        figures.set("states", compared as f64);
        figures.set("states_equal", equal as f64);
        let mut faults = Vec::new();
        if equal < compared {
            faults.push(format!(
                "{equal} of {compared} states are what the standings say"
            ));
        }
        let storms = outcome.storms.into_iter();
        Ok(Self {
            circumstances: Circumstances::find(None)?,
            plan: plan.clone(),
            storms: storms
                .map(|(ending, figures)| (ending.name().to_owned(), figures))
                .collect(),
            figures,
            faults,
        })
    }
}

/// Writes `storm.json` and what is made from it.
pub(crate) fn keep(folder: &Path, results: &Results) -> Result<()> {
    kept::keep(folder, "storm", results, &page(results))
}
