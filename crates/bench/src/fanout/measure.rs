//! One case on one server, from its start to its end.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tasuki_bench::control::Command;
use tasuki_bench::figures::Figures;
use tasuki_bench::run::{PATIENCE, Run, SETTLE};

use crate::plan::{Case, Mode};
use crate::subject::Kind;

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Puts a server through a case.
pub(crate) fn measure(case: &Case, kind: Kind, arguments: &[String]) -> Result<Figures> {
    let mut figures = Figures::default();
    let setup = case.setup(arguments);
    let mut run = Run::start(&setup, |needs| kind.start(needs), &mut figures)?;
    if case.idle_seconds > 0 {
        run.idle(case.idle_seconds, &mut figures)?;
    }
    run.warm_up()?;
    run.phase(case.pace(), &mut figures)?;
    all_equal(&figures)?;
    if case.mode == Mode::Stalled {
        figures.put_aside("before");
        run.crowds.tell(Command::Stall)?;
        sleep(SETTLE);
        run.phase(case.pace(), &mut figures)?;
        all_equal(&figures)?;
        wake(&mut run, &mut figures)?;
        all_equal(&figures).context("after those who had stopped are back")?;
    }
    Ok(figures)
}

/// Lets those who stopped read again, and waits until they are back.
fn wake(run: &mut Run, figures: &mut Figures) -> Result<()> {
    let behind = run.crowds.report(PATIENCE)?.behind;
    figures.set("behind_when_woken", behind as f64);
    let begun = Instant::now();
    run.crowds.tell(Command::Wake)?;
    let mut report = run.crowds.report(PATIENCE)?;
    while report.behind > 0 && begun.elapsed() < PATIENCE {
        sleep(LOOK_AGAIN);
        report = run.crowds.report(PATIENCE)?;
    }
    figures.set("back_after_ms", begun.elapsed().as_secs_f64() * 1_000.0);
    figures.set("never_back", report.behind as f64);
    run.look_again(&report, figures)
}

/// Whether the sample shows what it should; who has stopped reading is not asked.
fn all_equal(figures: &Figures) -> Result<()> {
    let [behind, states, equal] = ["behind", "states", "states_equal"].map(|it| figures.get(it));
    ensure!(
        behind > Some(0.0) || equal == states,
        "{} of {} states are what the standings say",
        equal.unwrap_or_default(),
        states.unwrap_or_default()
    );
    Ok(())
}
