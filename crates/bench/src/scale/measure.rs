//! One server with so many viewers, from its start to its end.

use anyhow::{Result, ensure};
use tasuki_bench::figures::Figures;
use tasuki_bench::run::tasuki::Tasuki;
use tasuki_bench::run::{PATIENCE, Run};

use crate::plan::Plan;

/// Measures it.
pub(crate) fn measure(plan: &Plan, viewers: u32) -> Result<Figures> {
    let mut figures = Figures::default();
    let setup = plan.setup(viewers);
    let mut run = Run::start(
        &setup,
        |needs| Ok(Box::new(Tasuki::start(needs, &[])?)),
        &mut figures,
    )?;
    run.idle(plan.idle_s, &mut figures)?;
    run.warm_up()?;
    nothing_went_wrong(&mut run)?;
    run.phase(plan.pace(), &mut figures)?;
    count_the_lost(&mut figures);
    Ok(figures)
}

/// Counting begins anew with the messages that count; what came before them must
/// have been right, too.
fn nothing_went_wrong(run: &mut Run) -> Result<()> {
    let report = run.crowds.report(PATIENCE)?;
    let (backwards, closed) = (report.backwards, report.closed);
    ensure!(
        backwards + closed == 0,
        "before it began: {backwards} backwards, {closed} closed"
    );
    Ok(())
}

/// A frame may stand for several messages, so none of them is missed one by one:
/// what everybody should have is counted, and what they have.
fn count_the_lost(figures: &mut Figures) {
    let [expected, delivered] = ["expected", "delivered"].map(|it| figures.get(it));
    let lost = expected.unwrap_or_default() - delivered.unwrap_or_default();
    figures.set("lost", lost);
}
