//! The results, kept as JSON, as a page and as a picture.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use tasuki_bench::figures::Figures;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::page::page;
use crate::plan::Plan;
use crate::plot::draw;

/// Of one run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Results {
    /// At its beginning.
    pub(crate) circumstances: Circumstances,
    pub(crate) plan: Plan,
    /// From few viewers to many.
    pub(crate) steps: Vec<Step>,
}

/// With one number of viewers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) viewers: u32,
    /// Empty where no round came to its end.
    pub(crate) median: Figures,
    pub(crate) rounds: Vec<Figures>,
    /// What is not as it must be, in any round.
    pub(crate) faults: Vec<String>,
}

impl Results {
    /// Nothing yet.
    pub(crate) fn new(circumstances: Circumstances, plan: &Plan) -> Self {
        Self {
            circumstances,
            plan: plan.clone(),
            steps: Vec::new(),
        }
    }

    /// What is not as it must be.
    pub(crate) fn faults(&self) -> Vec<String> {
        let told = |step: &Step| {
            let viewers = step.viewers;
            let of = move |fault| format!("{viewers} viewers: {fault}");
            step.faults.iter().map(of).collect::<Vec<_>>()
        };
        self.steps.iter().flat_map(told).collect()
    }
}

impl Step {
    /// Nothing yet.
    pub(crate) fn new(viewers: u32) -> Self {
        Self {
            viewers,
            median: Figures::default(),
            rounds: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// One more round.
    pub(crate) fn add(&mut self, figures: Figures) {
        self.rounds.push(figures);
        self.median = Figures::median(&self.rounds);
    }
}

/// Writes `scale.json` and what is made from it.
pub(crate) fn keep(folder: &Path, results: &Results) -> Result<()> {
    kept::keep(folder, "scale", results, &page(results))?;
    draw(&folder.join("scale.svg"), results)
}
