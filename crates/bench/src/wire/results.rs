//! The results, as JSON and as what is made from it.

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tasuki_bench::figures::Figures;
use tasuki_bench::kept;
use tasuki_bench::machine::Circumstances;

use crate::cost::Cost;
use crate::ekiden::Race;
use crate::means::{Means, stream};
use crate::packing::{Packing, body_bytes, own_time};
use crate::pieces::{Piece, with_comments};
use crate::replay::Measured;
use crate::{page, plot};

/// All there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) circumstances: Circumstances,
    pub(crate) teams: usize,
    pub(crate) legs: usize,
    pub(crate) splits_per_leg: usize,
    pub(crate) facts: usize,
    pub(crate) hours: f64,
    /// In the order of the table.
    pub(crate) means: Vec<Row>,
}

/// What one means costs one viewer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) figures: Figures,
}

impl Row {
    /// Of a means that was measured.
    pub(crate) fn measured(
        race: &Race,
        means: Means,
        measured: &Measured,
        cost: Cost,
    ) -> Result<Self> {
        let mut figures = Figures::default();
        figures.set("up_bytes", measured.up_bytes as f64);
        figures.set("measured_bytes", measured.down_bytes as f64);
        let comments = match means {
            Means::Stream { packing, .. } => comments(race, packing, &measured.plain)?,
            _ => 0.0,
        };
        figures.set("comments_bytes", comments);
        figures.set("down_bytes", measured.down_bytes as f64 + comments);
        if let Means::Poll { .. } = means {
            figures.set("states", measured.states as f64);
            figures.set("unchanged", measured.unchanged as f64);
        }
        figures.set("once_cpu_ms", cost.once_ms);
        figures.set("each_cpu_ms", cost.each_ms);
        Ok(Self {
            name: means.name(),
            figures,
        })
    }

    /// Of a middleware that compresses a stream which was measured as it is.
    pub(crate) fn middleware(race: &Race, measured: &Measured, plain: Cost) -> Result<Self> {
        let mut figures = Figures::default();
        let (mut bytes, mut cpu_ms) = (measured.head_bytes + CODED_BYTES * race.days.len(), 0.0);
        for pieces in &measured.plain {
            bytes += body_bytes(Packing::Own, pieces)?;
            cpu_ms += own_time(pieces)?.as_secs_f64() * 1_000.0;
        }
        let comments = comments(race, Packing::Own, &measured.plain)?;
        figures.set("up_bytes", measured.up_bytes as f64);
        figures.set("comments_bytes", comments);
        figures.set("down_bytes", bytes as f64 + comments);
        figures.set("once_cpu_ms", plain.once_ms);
        figures.set("each_cpu_ms", plain.each_ms + cpu_ms);
        Ok(Self {
            name: stream(Packing::Own).to_owned(),
            figures,
        })
    }

    /// A line for who waits for the rest.
    pub(crate) fn summary(&self) -> String {
        let names = ["down_bytes", "up_bytes", "once_cpu_ms", "each_cpu_ms"];
        format!("{}: {}", self.name, self.figures.line(&names))
    }
}

/// `content-encoding: gzip` in the head of an answer.
const CODED_BYTES: usize = 24;

/// What comments in the silences add, in bytes of a viewer's streams.
fn comments(race: &Race, packing: Packing, days: &[Vec<Piece>]) -> Result<f64> {
    let mut bytes = 0.0;
    for (day, pieces) in race.days.iter().zip(days) {
        let spoken = with_comments(pieces, day.until_ms);
        bytes += body_bytes(packing, &spoken)? as f64 - body_bytes(packing, pieces)? as f64;
    }
    Ok(bytes)
}

/// Writes all.
pub(crate) fn keep(folder: &Path, results: &Results) -> Result<()> {
    kept::keep(folder, "wire", results, &page::page(results))?;
    plot::draw(&folder.join("wire.svg"), results)
}
