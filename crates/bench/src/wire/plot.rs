//! The results as bars: what a viewer is sent, by means of watching.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use tasuki_bench::numbers::number;

use crate::page::both;
use crate::results::{Results, Row};

const TITLE: &str = "Bytes for one viewer of the whole ekiden, both directions (logarithmic)";
const WIDTH: u32 = 960;
const HEIGHT: u32 = 360;
/// For the names.
const LEFT: i32 = 250;
const TOP: i32 = 40;
/// For what stands behind the longest bar.
const RIGHT: i32 = 110;
/// Of the place for a bar, what it takes.
const FILLED: f64 = 0.7;
/// Where bars begin, kB.
const LEAST_KB: f64 = 10.0;
/// Of streams, and of polls.
const COLOURS: [RGBColor; 2] = [RGBColor(200, 30, 60), RGBColor(120, 120, 120)];

/// Draws all means.
pub(crate) fn draw(path: &Path, results: &Results) -> Result<()> {
    plot(path, &results.means).map_err(|error| anyhow!("drawing {}: {error}", path.display()))
}

fn plot(path: &Path, rows: &[Row]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    let font = ("sans-serif", 14).into_font();
    area.draw(&Text::new(TITLE, (10, 10), ("sans-serif", 18)))?;
    let kb = |row: &Row| both(&row.figures) / 1_000.0;
    let longest = rows.iter().map(kb).fold(2.0 * LEAST_KB, f64::max);
    let scale = f64::from(i32::try_from(WIDTH)? - LEFT - RIGHT) / (longest / LEAST_KB).ln();
    let place = f64::from(i32::try_from(HEIGHT)? - TOP) / rows.len() as f64;
    for (at, row) in rows.iter().enumerate() {
        let top = TOP + whole(at as f64 * place);
        let right = LEFT + whole((kb(row) / LEAST_KB).max(1.0).ln() * scale);
        let colour = COLOURS[usize::from(row.name.starts_with("poll"))];
        let corners = [(LEFT, top), (right, top + whole(place * FILLED))];
        area.draw(&Rectangle::new(corners, colour.filled()))?;
        let middle = top + whole(place * FILLED / 2.0) - 7;
        area.draw(&Text::new(row.name.clone(), (10, middle), font.clone()))?;
        let value = format!("{} kB", number(kb(row)));
        area.draw(&Text::new(value, (right + 6, middle), font.clone()))?;
    }
    area.present()?;
    Ok(())
}

/// A coordinate of the picture, which is small.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most the picture's width"
)]
fn whole(value: f64) -> i32 {
    value.round() as i32
}
