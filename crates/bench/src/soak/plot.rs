//! Memory and descriptors over time.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::results::Results;
use crate::sample::Sample;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 420;
const RED: RGBColor = RGBColor(200, 30, 60);
const GREY: RGBColor = RGBColor(120, 120, 120);

/// A line of the picture: its title, its colour, the value of a sample.
type Line = (&'static str, RGBColor, fn(&Sample) -> f64);

/// Draws one above the other, each from zero.
pub(crate) fn draw(path: &Path, results: &Results) -> Result<()> {
    plot(path, &results.samples).map_err(|error| anyhow!("drawing {}: {error}", path.display()))
}

fn plot(path: &Path, samples: &[Sample]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    let lines: [Line; 2] = [
        ("Memory, MB, over minutes", RED, |it| {
            it.memory_kb as f64 / 1_024.0
        }),
        ("Open descriptors, over minutes", GREY, |it| {
            it.descriptors as f64
        }),
    ];
    for (part, (title, colour, value)) in area.split_evenly((2, 1)).iter().zip(lines) {
        let points = samples
            .iter()
            .map(|sample| (sample.at_s as f64 / 60.0, value(sample)));
        let points: Vec<(f64, f64)> = points.collect();
        let most = points.iter().map(|point| point.1).fold(1.0, f64::max);
        let end = points.last().map_or(1.0, |point| point.0);
        let mut chart = ChartBuilder::on(part)
            .caption(title, ("sans-serif", 16))
            .margin(8)
            .x_label_area_size(24)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..end, 0.0..most * 1.1)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .draw()?;
        chart.draw_series([PathElement::new(points, colour.stroke_width(2))])?;
    }
    area.present()?;
    Ok(())
}
