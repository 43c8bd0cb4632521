//! The results as a page to read.

use std::fmt::Write as _;

use tasuki_bench::figures::Figures;
use tasuki_bench::numbers::number;

use crate::results::Results;

/// Against these means the others are held: what is simplest, and what is sensible.
const YARDSTICKS: [&str; 2] = ["poll, identity", "poll, 304, gzip"];

const INTRODUCTION: &str = "\
# On the wire: what one viewer of a whole ekiden is sent

Written by `cargo xtask bench wire`, which measures all this anew; `wire.json` beside this page has
the figures to the byte.

- **stream** is `GET …/live`, opened anew on each day. *gzip* is tasuki's: a frame is compressed once
  for all, from 32 viewers who take it referring back to the frames before it. *By a middleware*: a
  compressor for each viewer that keeps its window and is flushed after each event.
- **poll** is `GET …/standings` every 10 s on one connection. *identity*: without validators, each
  answer is the whole state. *304*: with `If-None-Match`, in the coding named.

Counted is everything that crosses the viewer's socket: heads, bodies, the framing of chunks, and the
requests (`up`; six header lines, where browsers send twice as many). Not counted are TCP, IP
and TLS. HTTP/2 would make the heads smaller, which helps those who poll most.

**Measured** is what `tasuki serve` sent. Time is left out, not scaled: a fact is recorded when
everybody has been shown the one before, one fact a request, and who polls asks between the facts where
the ten seconds fall. So all is sent that would be sent at the race's own pace, in the same order, with
one exception. **Worked out** are the comments that a stream is sent after 14 s of silence, from the
times of the facts. The middleware is worked out
as a whole, from the stream without compression. The program that works this out was held against what
was measured: without comments it gives the very bytes for each stream of tasuki's. Every compressed
stream was unpacked and has the same events as the one that a viewer beside it was sent as it is.

Processor time is that of all threads of the server for the race: what each viewer adds to it, and what
there is to do once for whoever watches by that means, which is making and compressing states. It comes of
one round with two numbers of viewers (`cost.rs`) and is no more than an order of magnitude: two runs on one
machine differed by up to 4 ms for who watches a stream, 140 ms for who polls, and 1.8 s in what is done
once, so the codings cannot be ranked by it. Comments are not in it. Of the middleware: that of the stream as
it is, and what the compressor took here. Bytes differed by 0.4 % at most.

![Bytes by means of watching](wire.svg)
";

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    let [simplest, sensible] = YARDSTICKS;
    let Results {
        teams,
        legs,
        splits_per_leg,
        facts,
        hours,
        circumstances,
        ..
    } = results;
    let _ = write!(
        page,
        "\n## {teams} teams, {legs} legs, {splits_per_leg} splits in each: {facts} facts in \
         {hours:.1} h of two days\n\n\
         | means | down, kB | of that comments, kB | up, kB | both, kB | times less than `{simplest}` \
         | than `{sensible}` \
         | answers: states, 304 | server's processor time for each, ms | once, ms |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    let yardsticks = YARDSTICKS.map(|name| {
        let row = results.means.iter().find(|row| row.name == name);
        row.map_or(0.0, |row| both(&row.figures))
    });
    for row in &results.means {
        let it = &row.figures;
        let kb = |name: &str| number(it.get(name).unwrap_or_default() / 1_000.0);
        let ms = |name: &str| number(it.get(name).unwrap_or_default().round());
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            kb("down_bytes"),
            kb("comments_bytes"),
            kb("up_bytes"),
            number(both(it) / 1_000.0),
            yardsticks.map(|other| number(other / both(it))).join(" | "),
            answers(it),
            ms("each_cpu_ms"),
            ms("once_cpu_ms"),
        );
    }
    let _ = writeln!(page, "\n{circumstances}; {}.", circumstances.day);
    page
}

/// Bytes in both directions.
pub(crate) fn both(figures: &Figures) -> f64 {
    let sum = ["down_bytes", "up_bytes"].map(|name| figures.get(name).unwrap_or_default());
    sum.iter().sum()
}

fn answers(figures: &Figures) -> String {
    let [states, unchanged] = ["states", "unchanged"].map(|name| figures.get(name));
    match states.zip(unchanged) {
        Some((states, unchanged)) => format!("{}, {}", number(states), number(unchanged)),
        None => "-".to_owned(),
    }
}
