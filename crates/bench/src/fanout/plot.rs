//! The results as bars: what each server delivers with a second of processor
//! time, beside the yardstick.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::page::YARDSTICK;
use crate::results::{Outcome, Results, in_order};
use crate::subject::Kind;

const FIGURE: &str = "delivered_per_cpu_s";
const TITLE: &str = "Deliveries per server CPU-second (raw = 1)";
const WIDTH: u32 = 960;
const HEIGHT: u32 = 420;
/// Of the place for a case, what its bars take.
const FILLED: f64 = 0.8;
/// Of tasuki twice, of raw twice, of uring twice, then of the others.
const COLOURS: [RGBColor; 8] = [
    RGBColor(200, 30, 60),
    RGBColor(235, 140, 150),
    RGBColor(90, 90, 90),
    RGBColor(150, 150, 150),
    RGBColor(130, 90, 170),
    RGBColor(190, 165, 215),
    RGBColor(70, 130, 180),
    RGBColor(90, 160, 90),
];

/// A bar: the place of its case, its server, its height.
type Bar = (usize, Kind, f64);

/// Draws all cases that the yardstick took part in.
pub(crate) fn draw(path: &Path, results: &Results) -> Result<()> {
    let (names, bars) = bars(results);
    if bars.is_empty() {
        return Ok(());
    }
    plot(path, &names, &bars).map_err(|error| anyhow!("drawing {}: {error}", path.display()))
}

fn bars(results: &Results) -> (Vec<&String>, Vec<Bar>) {
    let (mut names, mut bars) = (Vec::new(), Vec::new());
    for (name, outcome) in in_order(results) {
        let Some(base) = figure(outcome, YARDSTICK).filter(|base| *base > 0.0) else {
            continue;
        };
        for kind in Kind::ALL {
            let value = figure(outcome, kind.name());
            bars.extend(value.map(|value| (names.len(), kind, value / base)));
        }
        names.push(name);
    }
    (names, bars)
}

fn figure(outcome: &Outcome, server: &str) -> Option<f64> {
    let measured = outcome.servers.iter().find(|it| it.name == server);
    measured.and_then(|it| it.median.get(FIGURE))
}

fn plot(path: &Path, names: &[&String], bars: &[Bar]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    let highest = bars.iter().map(|(.., height)| *height).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(&area)
        .caption(TITLE, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(40)
        .build_cartesian_2d(0.0..names.len() as f64, 0.0..highest * 1.05)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .disable_x_axis()
        .draw()?;
    let width = FILLED / Kind::ALL.len() as f64;
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let style = COLOURS[at].filled();
        let left = (1.0 - FILLED) / 2.0 + at as f64 * width;
        let own = bars.iter().filter(|(_, whose, _)| *whose == kind);
        let own: Vec<&Bar> = own.collect();
        if own.is_empty() {
            continue;
        }
        let rectangle = |(case, _, height): &Bar| {
            let left = *case as f64 + left;
            Rectangle::new([(left, 0.0), (left + width, *height)], style)
        };
        let key = move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], style);
        let series = chart.draw_series(own.into_iter().map(rectangle))?;
        series.label(kind.name()).legend(key);
    }
    let font = ("sans-serif", 14).into_font();
    chart.draw_series(names.iter().enumerate().map(|(case, name)| {
        // Below the axis, in the middle of the case's place.
        let place = EmptyElement::at((case as f64 + 0.5, 0.0));
        let left = -i32::try_from(name.len()).unwrap_or(0) * 7 / 2;
        place + Text::new((*name).clone(), (left, 8), font.clone())
    }))?;
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    area.present()?;
    Ok(())
}
