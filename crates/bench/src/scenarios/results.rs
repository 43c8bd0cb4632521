//! The results of all cases, kept as JSON: a run replaces the cases that it
//! played and leaves the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::case::Case;
use crate::measure::Measured;
use crate::page;

/// By the name of the case.
pub(crate) type Results = BTreeMap<String, Outcome>;

/// Of one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) circumstances: Circumstances,
    pub(crate) case: Case,
    pub(crate) measured: Measured,
}

/// All cases in the order in which they are read.
pub(crate) fn in_order(results: &Results) -> Vec<&Outcome> {
    let mut outcomes: Vec<&Outcome> = results.values().collect();
    outcomes.sort_by_key(|it| (it.case.times, it.case.scenario));
    outcomes
}

/// Brings `scenarios.json` and what is made from it up to date.
pub(crate) fn keep(folder: &Path, outcome: Outcome) -> Result<()> {
    let path = folder.join("scenarios.json");
    let mut results: Results = match fs::read(&path) {
        Ok(json) => serde_json::from_slice(&json).context("scenarios.json")?,
        Err(_) => Results::new(),
    };
    results.insert(outcome.case.name(), outcome);
    kept::keep(folder, "scenarios", &results, &page::page(&results))
}
