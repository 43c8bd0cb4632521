//! What a delivery costs and how late it is, over the number of viewers.

use std::path::Path;

use anyhow::Result;
use tasuki_bench::curves::{self, Chart, Curve, GREY, RED};

use crate::results::Results;

/// Draws one above the other.
pub(crate) fn draw(path: &Path, results: &Results) -> Result<()> {
    let curve = |name, colour, figure| Curve {
        name,
        colour,
        points: points(results, figure),
    };
    let charts = [
        Chart {
            title: "Server CPU per delivery, us, over viewers",
            curves: vec![curve(None, RED, "cpu_us_per_delivery")],
        },
        Chart {
            title: "From the recorder's request to a viewer's receipt, ms, over viewers",
            curves: vec![
                curve(Some("99 %"), RED, "p99_ms"),
                curve(Some("50 %"), GREY, "p50_ms"),
            ],
        },
    ];
    curves::draw(path, &charts)
}

fn points(results: &Results, figure: &str) -> Vec<(f64, f64)> {
    let steps = results.steps.iter();
    steps
        .filter_map(|step| Some((step.viewers.into(), step.median.get(figure)?)))
        .collect()
}
