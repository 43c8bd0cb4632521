//! Curves in a picture: one chart above the other, each from zero.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::numbers::number;

/// What is looked at first.
pub const RED: RGBColor = RGBColor(200, 30, 60);
/// What stands beside it.
pub const GREY: RGBColor = RGBColor(120, 120, 120);

const WIDTH: u32 = 960;
/// Of a chart.
const HEIGHT: u32 = 210;
/// So few points are marked: they were measured, the line between them was not.
const MARKED_MAX: usize = 20;

/// A chart.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// What is shown over what.
    pub title: &'a str,
    /// From left to right.
    pub curves: Vec<Curve<'a>>,
}

/// A curve.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// For the legend; none where it is the only one.
    pub name: Option<&'a str>,
    /// Its own.
    pub colour: RGBColor,
    /// Where it passes.
    pub points: Vec<(f64, f64)>,
}

/// Draws all charts.
///
/// # Errors
/// When the file cannot be written.
pub fn draw(path: &Path, charts: &[Chart<'_>]) -> Result<()> {
    plot(path, charts).map_err(|error| anyhow!("drawing {}: {error}", path.display()))
}

fn plot(path: &Path, charts: &[Chart<'_>]) -> Result<(), Box<dyn std::error::Error>> {
    let height = HEIGHT * u32::try_from(charts.len())?;
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    for (part, chart) in area.split_evenly((charts.len(), 1)).iter().zip(charts) {
        draw_one(part, chart)?;
    }
    area.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw_one(part: &Area<'_>, chart: &Chart<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let points = chart.curves.iter().flat_map(|curve| &curve.points);
    let most = points.clone().map(|point| point.1).fold(1.0, f64::max);
    let end = points.map(|point| point.0).fold(0.0, f64::max);
    let end = if end > 0.0 { end } else { 1.0 };
    let mut context = ChartBuilder::on(part)
        .caption(chart.title, ("sans-serif", 16))
        .margin(8)
        // For the half of the last label that stands out.
        .margin_right(28)
        .x_label_area_size(24)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..end, 0.0..most * 1.1)?;
    let label = |value: &f64| number(*value);
    context
        .configure_mesh()
        .x_label_formatter(&label)
        .y_label_formatter(&label)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for Curve {
        name,
        colour,
        points,
    } in &chart.curves
    {
        let line = PathElement::new(points.clone(), colour.stroke_width(2));
        let series = context.draw_series([line])?;
        if let Some(name) = *name {
            let style = colour.stroke_width(2);
            let key = move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style);
            series.label(name).legend(key);
        }
        if points.len() <= MARKED_MAX {
            let mark = |point: &(f64, f64)| Circle::new(*point, 3, colour.filled());
            context.draw_series(points.iter().map(mark))?;
        }
    }
    if chart.curves.iter().any(|curve| curve.name.is_some()) {
        context
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .border_style(BLACK)
            .background_style(WHITE)
            .draw()?;
    }
    Ok(())
}
