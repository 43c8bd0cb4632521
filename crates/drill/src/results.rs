//! The results, kept as JSON and as a page. Drills are performed one by one or
//! together: each result says when, and at which commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::drills::{ALL, Drill};
use crate::page::page;
use crate::prometheus;
use crate::story::Outcome;

/// Of all drills, by name; those of this run are added to what was kept.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    pub(crate) drills: BTreeMap<String, Value>,
    #[serde(skip)]
    performed: Vec<&'static str>,
}

/// One drill's.
#[derive(Debug, Serialize)]
struct Kept<'a> {
    circumstances: Circumstances,
    prometheus: String,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

impl Results {
    /// With what a folder has already.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let mut drills = BTreeMap::new();
        if let Ok(text) = fs::read_to_string(folder.join("drills.json")) {
            let kept: Value = serde_json::from_str(&text).context("drills.json")?;
            let known = kept["drills"].as_object().into_iter().flatten();
            let known = known.map(|(name, kept)| (name.clone(), kept.clone()));
            // What is no drill any more has no result.
            drills.extend(known.filter(|(name, _)| ALL.iter().any(|it| it.name == name)));
        }
        let performed = Vec::new();
        Ok(Self { drills, performed })
    }

    /// Takes what came of a drill; one that could not be ended is a fault.
    pub(crate) fn add(&mut self, drill: &'static Drill, outcome: &Result<Outcome>) -> Result<()> {
        let value = match outcome {
            Ok(outcome) => serde_json::to_value(Kept {
                circumstances: Circumstances::find(None)?,
                prometheus: prometheus::version(),
                outcome,
            })?,
            Err(error) => {
                let fault = format!("{error:#}");
                println!("FAILED: {fault}");
                // What the server said is of this run, and of this machine.
                let fault = fault.lines().next().unwrap_or_default();
                serde_json::json!({
                    "drill": drill.name, "what": drill.what, "faults": [fault],
                    "circumstances": Circumstances::find(None)?,
                })
            }
        };
        println!("{}", told(&value));
        self.drills.insert(drill.name.to_owned(), value);
        self.performed.push(drill.name);
        Ok(())
    }

    /// Writes `drills.json` and what is made from it.
    pub(crate) fn keep(&self, folder: &Path) -> Result<()> {
        kept::keep(folder, "drills", self, &page(self))
    }

    /// A line for each drill of this run.
    pub(crate) fn summary(&self) -> String {
        let mut summary = String::new();
        for name in &self.performed {
            let _ = writeln!(summary, "{name:<18} {}", told(&self.drills[*name]));
        }
        summary
    }

    /// Whether all of this run went as they must.
    pub(crate) fn are_good(&self) -> bool {
        let mut performed = self.performed.iter();
        performed.all(|name| faults(&self.drills[*name]).is_empty())
    }
}

/// What was not as it must be.
pub(crate) fn faults(kept: &Value) -> Vec<&str> {
    let faults = kept["faults"].as_array().into_iter().flatten();
    faults.filter_map(Value::as_str).collect()
}

fn told(kept: &Value) -> String {
    let faults = faults(kept);
    if !faults.is_empty() {
        return format!("FAILED: {}", faults.join("; "));
    }
    let seconds = |name: &str| {
        kept[name]
            .as_f64()
            .map_or("-".to_owned(), |it| format!("{it} s"))
    };
    format!(
        "passed: detected {}, recovery {}, lost {}, doubled {} of {}",
        seconds("detected_s"),
        seconds("recovery_s"),
        kept["facts"]["lost"],
        kept["facts"]["doubled"],
        kept["facts"]["acknowledged"],
    )
}
