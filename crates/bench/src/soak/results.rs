//! The results, kept as JSON, as a page and as a picture.

use std::path::Path;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result};
use serde::Serialize;
use tasuki_bench::figures::Figures;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::conduct::Soaked;
use crate::page::page;
use crate::plan::Plan;
use crate::plot::draw;
use crate::sample::Sample;
use crate::verdict::{faults, judges_memory, kept, levels};

/// Of one run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Results {
    pub(crate) circumstances: Circumstances,
    pub(crate) plan: Plan,
    pub(crate) figures: Figures,
    /// What is not as it must be.
    pub(crate) faults: Vec<String>,
    pub(crate) samples: Vec<Sample>,
}

impl Results {
    /// What came of a run.
    pub(crate) fn of(circumstances: Circumstances, plan: &Plan, soaked: Soaked) -> Result<Self> {
        let (before, after) = (soaked.before, soaked.after);
        let samples = soaked.samples;
        let (settled, end) = levels(&samples).context("too short to say anything")?;
        let mut faults = faults(settled, end, plan.length().as_secs());
        faults.extend(kept(&before, &after));
        let (failures, told) = (soaked.failures, soaked.told.join("; "));
        if failures > 0 {
            faults.push(format!("{failures} visitors: {told}"));
        }
        let (compared, equal) = (soaked.compared, soaked.equal);
        if equal < compared {
            faults.push(format!(
                "{equal} of {compared} states are what the standings say"
            ));
        }
        let mut figures = Figures::default();
        let of = |count: &std::sync::atomic::AtomicU64| count.load(Ordering::Relaxed) as f64;
        let facts = end.facts.saturating_sub(settled.facts);
        let grown = end.memory_kb as f64 - settled.memory_kb as f64;
        let seconds = plan.length().as_secs_f64();
        let cpu_ms = samples.last().map_or(0, |it| it.cpu_ms);
        figures.set("visits", of(&soaked.counts.visits));
        figures.set("resumed", of(&soaked.counts.resumed));
        figures.set(
            "resumed_with_snapshot",
            of(&soaked.counts.resumed_with_snapshot),
        );
        figures.set("sent_mb", of(&soaked.counts.bytes) / 1e6);
        figures.set("facts", end.facts as f64);
        figures.set("frames", after.frames as f64);
        figures.set("log_mb", after.log_kb as f64 / 1_024.0);
        figures.set("settled_threads", settled.threads as f64);
        figures.set("end_threads", end.threads as f64);
        figures.set("before_descriptors", before.descriptors as f64);
        figures.set("after_descriptors", after.descriptors as f64);
        figures.set("after_viewers", after.viewers as f64);
        figures.set("memory_is_judged", f64::from(judges_memory(settled)));
        figures.set("settled_memory_mb", settled.memory_kb as f64 / 1_024.0);
        figures.set("end_memory_mb", end.memory_kb as f64 / 1_024.0);
        figures.set(
            "grown_bytes_per_fact",
            grown * 1_024.0 / (facts as f64).max(1.0),
        );
        figures.set(
            "settled_descriptors_beside",
            settled.descriptors_beside as f64,
        );
        figures.set("end_descriptors_beside", end.descriptors_beside as f64);
        figures.set("server_busy_percent", cpu_ms as f64 / seconds / 10.0);
        figures.set("failures", failures as f64);
        figures.set("states", compared as f64);
        figures.set("states_equal", equal as f64);
        Ok(Self {
            circumstances,
            plan: plan.clone(),
            figures,
            faults,
            samples,
        })
    }
}

/// Writes `soak.json` and what is made from it.
pub(crate) fn keep(folder: &Path, results: &Results) -> Result<()> {
    kept::keep(folder, "soak", results, &page(results))?;
    draw(&folder.join("soak.svg"), results)
}
