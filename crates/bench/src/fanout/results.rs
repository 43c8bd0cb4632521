//! The results of all cases, kept as JSON: a run replaces the cases that it
//! measured and leaves the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tasuki_bench::figures::Figures;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::page;
use crate::plan::{Case, Mode};
use crate::plot;

/// By the name of the case.
pub(crate) type Results = BTreeMap<String, Outcome>;

/// Of one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) circumstances: Circumstances,
    pub(crate) mode: String,
    pub(crate) viewers: u32,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    pub(crate) outstanding: u32,
    /// In the order of the tables.
    pub(crate) servers: Vec<Measured>,
}

/// Of one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) median: Figures,
    pub(crate) rounds: Vec<Figures>,
    /// What went wrong in the rounds that are not among them.
    pub(crate) failures: Vec<String>,
}

/// All cases in the order in which they are measured and read.
pub(crate) fn in_order(results: &Results) -> Vec<(&String, &Outcome)> {
    let mut cases: Vec<_> = results.iter().collect();
    cases.sort_by_key(|(_, it)| {
        let mode = Mode::ALL.iter().position(|mode| mode.name() == it.mode);
        (mode, it.viewers, it.outstanding)
    });
    cases
}

impl Outcome {
    /// Nothing yet.
    pub(crate) fn new(case: &Case, circumstances: &Circumstances, servers: &[&str]) -> Self {
        let nothing = |name: &&str| Measured {
            name: (*name).to_owned(),
            median: Figures::default(),
            rounds: Vec::new(),
            failures: Vec::new(),
        };
        Self {
            circumstances: circumstances.clone(),
            mode: case.mode.name().to_owned(),
            viewers: case.viewers,
            rate: case.rate,
            seconds: case.seconds,
            outstanding: case.outstanding,
            servers: servers.iter().map(nothing).collect(),
        }
    }
}

impl Measured {
    /// One more round.
    pub(crate) fn add(&mut self, figures: Figures) {
        self.rounds.push(figures);
        self.median = Figures::median(&self.rounds);
    }
}

/// Brings `fanout.json` and what is made from it up to date.
pub(crate) fn keep(folder: &Path, name: &str, outcome: &Outcome) -> Result<()> {
    let path = folder.join("fanout.json");
    let mut results: Results = match fs::read(&path) {
        Ok(json) => serde_json::from_slice(&json).context("fanout.json")?,
        Err(_) => Results::new(),
    };
    results.insert(name.to_owned(), outcome.clone());
    kept::keep(folder, "fanout", &results, &page::page(&results))?;
    plot::draw(&folder.join("fanout.svg"), &results)
}
