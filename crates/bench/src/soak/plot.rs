//! Memory and descriptors over time.

use std::path::Path;

use anyhow::Result;
use tasuki_bench::curves::{self, Chart, Curve, GREY, RED};

use crate::results::Results;
use crate::sample::Sample;

/// Draws one above the other.
pub(crate) fn draw(path: &Path, results: &Results) -> Result<()> {
    let samples = results.samples.iter();
    let points = |value: fn(&Sample) -> f64| {
        let point = |sample: &Sample| (sample.at_s as f64 / 60.0, value(sample));
        samples.clone().map(point).collect()
    };
    let chart = |title, colour, value| Chart {
        title,
        curves: vec![Curve {
            name: None,
            colour,
            points: points(value),
        }],
    };
    let charts = [
        chart("Memory, MB, over minutes", RED, |it| {
            it.memory_kb as f64 / 1_024.0
        }),
        chart("Open descriptors, over minutes", GREY, |it| {
            it.descriptors as f64
        }),
    ];
    curves::draw(path, &charts)
}
