//! What goes wrong on any race day, and how it is put right.

use anyhow::Context;
use tasuki_race::{Bib, EventId, FactKind, Slug};

use super::notes::{Notes, Scene, Sender};

/// Where two teams come in together and a recorder takes one for the other.
const CONFUSED_AT: &str = "3-km7";
/// Which of those who pass there is written down wrongly, from 0.
const CONFUSED_NTH: usize = 5;
/// Where a number is read that nobody wears.
const STRANGER_AT: &str = "aonami";
/// That number: no such entry.
pub(super) const STRANGER: &str = "71";
/// Where the tablet is without a network.
const OFFLINE_AT: &str = "8-km7";
/// How long the office needs to notice and to be sure.
const NOTICED_MS: i64 = 5 * 60_000;

/// Lets everything happen.
pub(super) fn happen(notes: &mut Notes) -> anyhow::Result<()> {
    confuse_two_teams(notes)?;
    see_a_stranger(notes)?;
    lose_the_network(notes)
}

/// A wrong bib, given to the right team later.
fn confuse_two_teams(notes: &mut Notes) -> anyhow::Result<()> {
    let passages = passages(notes, CONFUSED_AT)?;
    let (mine, theirs) = (passages.get(CONFUSED_NTH), passages.get(CONFUSED_NTH + 1));
    let (mine, theirs) = mine
        .zip(theirs)
        .context("nobody passes where the bibs are confused")?;
    let (event, bib, time_ms) = (mine.event, mine.bib.clone(), mine.due_ms);
    let wrong = theirs.bib.clone();
    for scene in &mut notes.scenes {
        if let FactKind::PassageRecorded { bib, .. } = &mut scene.fact.kind
            && scene.fact.id == event
        {
            *bib = wrong.clone();
        }
    }
    let reason = format!("{wrong}ではなく{bib} / {bib}, not {wrong}: seen on the video");
    notes.office(
        time_ms + NOTICED_MS,
        FactKind::PassageReassigned { event, bib, reason },
    );
    Ok(())
}

/// A number that nobody wears, withdrawn later.
fn see_a_stranger(notes: &mut Notes) -> anyhow::Result<()> {
    let passages = passages(notes, STRANGER_AT)?;
    let time_ms = passages
        .get(1)
        .context("nobody passes where a stranger is seen")?
        .due_ms;
    notes.passage(time_ms + 1_500, &STRANGER.parse()?, &STRANGER_AT.parse()?);
    let event = notes
        .scenes
        .last()
        .context("the stranger was not written down")?
        .fact
        .id;
    let reason = "白バイの番号 / the number of a police motorcycle".to_owned();
    notes.office(
        time_ms + NOTICED_MS,
        FactKind::EventVoided { event, reason },
    );
    Ok(())
}

/// A tablet that keeps its passages until it has a network again.
fn lose_the_network(notes: &mut Notes) -> anyhow::Result<()> {
    let station = Sender::Station(OFFLINE_AT.parse()?);
    let mine = |scene: &&mut Scene| scene.sender == station;
    let back_ms = notes
        .scenes
        .iter()
        .filter(|s| s.sender == station)
        .map(|s| s.due_ms)
        .max();
    let back_ms = back_ms.context("nobody passes where the network is lost")?;
    notes
        .scenes
        .iter_mut()
        .filter(mine)
        .for_each(|scene| scene.due_ms = back_ms);
    Ok(())
}

/// Who was written down at a checkpoint.
struct Passage {
    event: EventId,
    bib: Bib,
    due_ms: i64,
}

/// The passages at a checkpoint in the order in which they are sent.
fn passages(notes: &Notes, at: &str) -> anyhow::Result<Vec<Passage>> {
    let at: Slug = at.parse()?;
    let passage = |scene: &Scene| match &scene.fact.kind {
        FactKind::PassageRecorded { bib, checkpoint } if *checkpoint == at => Some(Passage {
            event: scene.fact.id,
            bib: bib.clone(),
            due_ms: scene.due_ms,
        }),
        _ => None,
    };
    Ok(notes.in_order().into_iter().filter_map(passage).collect())
}
