//! The whole race as a pure function of a seed.
//!
//! First everything is run ([`super::relay`]) and written down; then it is
//! decided what goes wrong ([`super::mishaps`]); then the standings are worked
//! out, which say what the leg records must have been.

use std::collections::BTreeMap;

use anyhow::Context;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tasuki_race::{
    Bib, Definition, EventId, Fact, FactKind, Instant, Projector, RaceState, Selection, Snapshot,
    StartTarget,
};

use super::course::{self, DAY_ONE_LEGS, SEEDED_RANK, Stretch};
use super::mishaps;
use super::notes::{Notes, Scene};
use super::relay::Relay;
use super::teams::{self, Team};

const MINUTE_MS: i64 = 60_000;
/// From the first gun to that of the second day.
const DAY_TWO_MS: i64 = 24 * 60 * MINUTE_MS;
/// What is shown of the night between the days.
const NIGHT_SHOWN_MS: i64 = 5 * MINUTE_MS;
/// How long waiting runners wait, on the first and on the second day.
const ROLLED_AFTER_MS: [i64; 2] = [12 * MINUTE_MS, 20 * MINUTE_MS];
/// Teams further behind than this start the second day together (一斉スタート).
const SIMULTANEOUS_AFTER_MS: i64 = 10 * MINUTE_MS;
/// From the last finisher to the signature of the referee.
const SIGNED_AFTER_MS: i64 = 10 * MINUTE_MS;

/// A race that is ready to be played.
pub(super) struct Script {
    /// What the race is created from.
    pub(super) definition: Definition,
    /// In the order in which they are sent.
    pub(super) scenes: Vec<Scene>,
}

/// The race of that seed, whose first gun is fired at `gun`.
pub(super) fn script(seed: u64, gun: Instant) -> anyhow::Result<Script> {
    let mut rng = StdRng::seed_from_u64(seed);
    let stretches = course::stretches()?;
    let teams = teams::teams(&mut rng, &stretches)?;
    let entries: Vec<_> = teams.iter().map(|team| team.entry.clone()).collect();
    let mut definition = course::definition(&entries)?;
    let mut notes = Notes::new(gun, StdRng::seed_from_u64(rng.random()));
    let (day_one, day_two) = stretches.split_at(DAY_ONE_LEGS);

    start_day_one(&mut notes, &teams);
    let [rolled_after_ms, later_rolled_after_ms] = ROLLED_AFTER_MS;
    let mut relay = Relay {
        rng: &mut rng,
        notes: &mut notes,
        teams: &teams,
        rolled_after_ms,
    };
    relay.run(day_one, vec![0; teams.len()]);
    let evening_ms = last_due(&notes);

    let standings = standings(&definition, gun, &notes);
    let starts = start_day_two(&mut notes, &teams, day_one, day_two, &standings)?;
    change_a_runner(&mut notes, &mut rng, &teams);
    let rolled_after_ms = later_rolled_after_ms;
    let mut relay = Relay {
        rng: &mut rng,
        notes: &mut notes,
        teams: &teams,
        rolled_after_ms,
    };
    relay.run(day_two, starts);

    mishaps::happen(&mut notes)?;
    set_records(&mut notes, &mut definition, &teams, &stretches, gun)?;
    sign(&mut notes, &definition, &teams, gun);
    let mut scenes: Vec<Scene> = notes.in_order().into_iter().cloned().collect();
    skip_the_night(&mut scenes, evening_ms);
    Ok(Script { definition, scenes })
}

fn start_day_one(notes: &mut Notes, teams: &[Team]) {
    notes.office(
        0,
        FactKind::Started {
            leg: None,
            target: StartTarget::Everyone,
        },
    );
    let count = teams.len();
    notes.announce(
        5_000,
        &format!("号砲！{count}チームがスタート"),
        &format!("they are off: {count} teams"),
        None,
    );
}

/// Time-difference starts (時差スタート) by the gaps of the first day, and one
/// simultaneous start for the rest. Says when each team sets off.
fn start_day_two(
    notes: &mut Notes,
    teams: &[Team],
    day_one: &[Stretch],
    day_two: &[Stretch],
    standings: &Snapshot,
) -> anyhow::Result<Vec<i64>> {
    let arrived = day_one
        .last()
        .and_then(Stretch::end)
        .context("the first day has no legs")?;
    let leg = &day_two.first().context("the second day has no legs")?.leg;
    let gap = |team: &Team| {
        standings
            .entries
            .get(&team.entry.bib)?
            .splits
            .get(arrived)?
            .gap_ms
    };
    let started = |bibs| FactKind::Started {
        leg: Some(leg.clone()),
        target: StartTarget::Bibs(bibs),
    };
    let together_ms = DAY_TWO_MS + SIMULTANEOUS_AFTER_MS;
    let mut starts = Vec::with_capacity(teams.len());
    let mut together: Vec<Bib> = Vec::new();
    for team in teams {
        match gap(team).filter(|&gap_ms| gap_ms < SIMULTANEOUS_AFTER_MS) {
            Some(gap_ms) => {
                // The open team may have been faster than the leader.
                let start_ms = DAY_TWO_MS + gap_ms.max(0);
                notes.office(start_ms, started(vec![team.entry.bib.clone()]));
                starts.push(start_ms);
            }
            None => {
                together.push(team.entry.bib.clone());
                starts.push(together_ms);
            }
        }
    }
    let count = together.len();
    if count > 0 {
        notes.office(together_ms, started(together));
        notes.announce(
            together_ms,
            &format!("一斉スタート: {count}チーム"),
            &format!("simultaneous start: {count} teams"),
            None,
        );
    }
    notes.announce(
        DAY_TWO_MS,
        "復路スタート、時差スタート",
        "the second day begins, with the gaps of the first",
        None,
    );
    Ok(starts)
}

/// A late change on the start list, as every second morning brings.
fn change_a_runner(notes: &mut Notes, rng: &mut StdRng, teams: &[Team]) {
    let mut entry = teams[rng.random_range(0..teams.len())].entry.clone();
    if let Some(member) = entry.members.last_mut() {
        member.name = teams::substitute(rng);
    }
    notes.office(
        DAY_TWO_MS - 2 * MINUTE_MS,
        FactKind::EntryRegistered(Box::new(entry)),
    );
}

/// Makes up the records of the past: one leg's was broken today, the others
/// stand.
fn set_records(
    notes: &mut Notes,
    definition: &mut Definition,
    teams: &[Team],
    stretches: &[Stretch],
    gun: Instant,
) -> anyhow::Result<()> {
    let standings = standings(definition, gun, notes);
    let mut broken = None;
    for (leg, stretch) in definition.legs.iter_mut().zip(stretches) {
        let end = stretch.end().context("a leg has no end")?;
        let splits = standings
            .entries
            .iter()
            .filter_map(|(bib, row)| Some((bib, row.splits.get(end)?)));
        let mut times: Vec<_> = splits
            .filter_map(|(bib, split)| Some((split.leg_ms?, split, bib)))
            .collect();
        times.sort_by_key(|(leg_ms, _, bib)| (*leg_ms, (*bib).clone()));
        let Some(&(best_ms, best, bib)) = times.first() else {
            continue;
        };
        let margin_ms = 1_000 * (5 + i64::try_from(stretch.number * 7 % 40)?);
        leg.record_ms = Some(best_ms - margin_ms);
        // One that only the best has beaten, and that a ranked team has.
        let clear = times
            .get(1)
            .is_none_or(|(second_ms, ..)| *second_ms > best_ms + 1_000);
        if broken.is_none() && stretch.number > 1 && clear && best.leg_rank == Some(1) {
            leg.record_ms = Some(best_ms + 1_000);
            broken = Some((stretch.number, best.time, bib.clone()));
        }
    }
    let (number, time, bib) = broken.context("no leg of this seed can have a new record")?;
    let team = teams
        .iter()
        .find(|team| team.entry.bib == bib)
        .context("a record of nobody")?;
    let ja = format!("{number}区 区間新記録！{}", team.ja);
    let en = format!("new record on leg {number}: {}", team.en);
    notes.announce(time.ms() - gun.ms() + MINUTE_MS, &ja, &en, Some(&bib));
    Ok(())
}

/// The referee signs.
fn sign(notes: &mut Notes, definition: &Definition, teams: &[Team], gun: Instant) {
    let standings = standings(definition, gun, notes);
    let signed_ms = last_due(notes) + SIGNED_AFTER_MS;
    notes.office(signed_ms, FactKind::ResultsDeclared(RaceState::Official));
    let ranks: BTreeMap<u32, &Bib> = standings
        .entries
        .iter()
        .filter_map(|(bib, row)| Some((row.rank?, bib)))
        .collect();
    let team = |rank: u32| {
        teams
            .iter()
            .find(|team| ranks.get(&rank) == Some(&&team.entry.bib))
    };
    if let (Some(winner), Some(seeded)) = (team(1), team(SEEDED_RANK)) {
        let ja = format!("総合優勝 {}、シード権は{}まで", winner.ja, seeded.ja);
        let en = format!(
            "official: {} wins, {} takes the last seeded place",
            winner.en, seeded.en
        );
        notes.announce(signed_ms, &ja, &en, Some(&winner.entry.bib));
    }
}

/// What the notes give, as the server will see it.
fn standings(definition: &Definition, gun: Instant, notes: &Notes) -> Snapshot {
    let race = FactKind::RaceDefined(Box::new(definition.clone()));
    let defined = Fact {
        id: EventId(uuid::Uuid::nil()),
        time: None,
        note: None,
        kind: race,
    };
    let mut projector = Projector::new(definition.id.clone());
    let facts = notes.in_order().into_iter().map(|scene| &scene.fact);
    for (seq, fact) in (1..).zip(std::iter::once(&defined).chain(facts)) {
        projector.apply(seq, gun, "", fact);
    }
    projector.settle();
    projector.snapshot(&Selection::all())
}

fn last_due(notes: &Notes) -> i64 {
    notes
        .scenes
        .iter()
        .map(|scene| scene.due_ms)
        .max()
        .unwrap_or(0)
}

/// Nobody watches a night. Facts keep their times, they are only sent sooner.
fn skip_the_night(scenes: &mut [Scene], evening_ms: i64) {
    let skipped_ms = DAY_TWO_MS - evening_ms - NIGHT_SHOWN_MS;
    for scene in scenes.iter_mut().filter(|scene| scene.due_ms > evening_ms) {
        scene.due_ms -= skipped_ms;
    }
}
