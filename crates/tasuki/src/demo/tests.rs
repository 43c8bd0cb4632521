//! What the demo promises to show.

use std::collections::BTreeSet;

use tasuki_race::{
    EntryStatus, Fact, FactKind, Instant, Projector, RaceState, RecordMark, ReviewItem, Selection,
    Snapshot, StartTarget,
};

use super::mishaps::STRANGER;
use super::relay::ABANDONED_LEG;
use super::script::{Script, script};

const SEEDS: std::ops::Range<u64> = 0..40;

fn written(seed: u64) -> Script {
    script(seed, Instant::from_ms(1_767_308_400_000))
        .unwrap_or_else(|error| panic!("seed {seed}: {error:#}"))
}

/// What a server shows once everything up to scene `until` was sent.
fn played(script: &Script, until: usize) -> (Projector, Snapshot) {
    let mut projector = Projector::new(script.definition.id.clone());
    let race = FactKind::RaceDefined(Box::new(script.definition.clone()));
    let first = script.scenes[0].fact.clone();
    let defined = Fact {
        id: "0198c0de-0000-7000-8000-000000000001"
            .parse()
            .expect("an id"),
        kind: race,
        ..first
    };
    let facts = script.scenes[..until].iter().map(|scene| &scene.fact);
    for (seq, fact) in (1..).zip(std::iter::once(&defined).chain(facts)) {
        projector.apply(seq, Instant::from_ms(0), "", fact);
    }
    projector.settle();
    let snapshot = projector.snapshot(&Selection::all());
    (projector, snapshot)
}

fn final_standings(script: &Script) -> Snapshot {
    played(script, script.scenes.len()).1
}

fn starts(script: &Script) -> Vec<(String, usize)> {
    let started = script
        .scenes
        .iter()
        .filter_map(|scene| match &scene.fact.kind {
            FactKind::Started {
                leg,
                target: StartTarget::Bibs(bibs),
            } => Some((
                leg.as_ref().map(ToString::to_string).unwrap_or_default(),
                bibs.len(),
            )),
            _ => None,
        });
    started.collect()
}

#[test]
fn a_seed_always_gives_the_same_race() {
    let facts = |seed| {
        written(seed)
            .scenes
            .iter()
            .map(|s| (s.due_ms, s.fact.canonical()))
            .collect::<Vec<_>>()
    };
    assert_eq!(facts(3), facts(3));
    assert_ne!(facts(3), facts(4));
}

#[test]
fn everything_is_sent_in_order_and_lasts_about_eleven_hours() {
    for seed in SEEDS {
        let script = written(seed);
        assert!(
            script.scenes.is_sorted_by_key(|scene| scene.due_ms),
            "seed {seed}"
        );
        assert_eq!(script.scenes[0].due_ms, 0, "seed {seed}");
        let hours = script.scenes.last().expect("scenes").due_ms / 3_600_000;
        assert!((10..=12).contains(&hours), "seed {seed}: {hours} h");
    }
}

#[test]
fn all_ranked_teams_but_the_abandoned_finish_with_ranks_from_one() {
    for seed in SEEDS {
        let standings = final_standings(&written(seed));
        let mut ranks: Vec<u32> = standings
            .entries
            .values()
            .filter_map(|row| row.rank)
            .collect();
        ranks.sort_unstable();
        assert_eq!(ranks, (1..=18).collect::<Vec<_>>(), "seed {seed}");
        for (bib, row) in &standings.entries {
            match row.status {
                EntryStatus::Finished => {
                    assert_eq!(row.rank.is_some(), row.ranked, "seed {seed} bib {bib}")
                }
                EntryStatus::Dnf => assert_eq!(
                    (row.rank, row.elapsed_ms),
                    (None, None),
                    "seed {seed} bib {bib}"
                ),
                other => panic!("seed {seed} bib {bib} is {other:?}"),
            }
        }
        assert_eq!(standings.state, RaceState::Official);
    }
}

#[test]
fn the_abandoned_team_runs_on_as_a_reference() {
    for seed in SEEDS {
        let standings = final_standings(&written(seed));
        let dnf = standings
            .entries
            .values()
            .find(|row| row.status == EntryStatus::Dnf);
        let row = dnf.unwrap_or_else(|| panic!("seed {seed}: nobody abandons"));
        let references = row.splits.values().filter(|split| split.reference).count();
        assert_eq!(references, 10 - ABANDONED_LEG, "seed {seed}");
    }
}

#[test]
fn late_teams_are_started_together_on_the_last_leg_of_day_one() {
    for seed in SEEDS {
        let rolled = starts(&written(seed))
            .into_iter()
            .find(|(leg, _)| leg == "5");
        let (_, teams) = rolled.unwrap_or_else(|| panic!("seed {seed}: no rolled start"));
        assert!((2..=8).contains(&teams), "seed {seed}: {teams} teams");
    }
}

#[test]
fn day_two_begins_with_gaps_and_one_simultaneous_start() {
    for seed in SEEDS {
        let starts = starts(&written(seed))
            .into_iter()
            .filter(|(leg, _)| leg == "6");
        let (single, together): (Vec<_>, Vec<_>) = starts.partition(|(_, bibs)| *bibs == 1);
        assert!(single.len() >= 5, "seed {seed}: {}", single.len());
        assert_eq!(together.len(), 1, "seed {seed}");
        assert_eq!(single.len() + together[0].1, 20, "seed {seed}");
    }
}

#[test]
fn order_on_the_road_and_rank_differ_after_the_simultaneous_start() {
    let standings = final_standings(&written(1));
    let finish = standings
        .entries
        .values()
        .filter_map(|row| row.splits.get("finish"));
    assert!(
        finish
            .filter(|split| split.rank.is_some_and(|rank| rank != split.order))
            .count()
            > 0
    );
}

#[test]
fn a_wrong_bib_is_on_the_review_list_until_it_is_reassigned() {
    let script = written(1);
    let at = script
        .scenes
        .iter()
        .position(|s| matches!(s.fact.kind, FactKind::PassageReassigned { .. }));
    let at = at.expect("a reassignment");
    let duplicates = |until| {
        let review = played(&script, until).0.review();
        let confused = |item: &&ReviewItem| item.checkpoint.as_str() == "3-km7";
        review.iter().filter(confused).count()
    };
    assert!(duplicates(at) > 0);
    assert_eq!(duplicates(at + 1), 0);
}

#[test]
fn a_bib_that_nobody_wears_is_seen_and_withdrawn() {
    let script = written(1);
    let stranger = script.scenes.iter().find(|scene| match &scene.fact.kind {
        FactKind::PassageRecorded { bib, .. } => bib.as_str() == STRANGER,
        _ => false,
    });
    let id = stranger.expect("a stranger").fact.id;
    let voided = script
        .scenes
        .iter()
        .any(|s| matches!(s.fact.kind, FactKind::EventVoided { event, .. } if event == id));
    assert!(voided);
}

#[test]
fn exactly_one_leg_record_is_broken() {
    for seed in SEEDS {
        let standings = final_standings(&written(seed));
        let splits = standings
            .entries
            .values()
            .flat_map(|row| row.splits.values());
        let marks: Vec<RecordMark> = splits.filter_map(|split| split.record).collect();
        assert_eq!(marks, [RecordMark::New], "seed {seed}");
    }
}

#[test]
fn both_sections_and_both_categories_are_ranked() {
    let standings = final_standings(&written(1));
    let ranked = standings.entries.values().filter(|row| row.rank.is_some());
    let sections: BTreeSet<&str> = ranked
        .clone()
        .flat_map(|row| row.sections.keys().map(|s| s.as_str()))
        .collect();
    assert_eq!(
        sections.into_iter().collect::<Vec<_>>(),
        ["inbound", "outbound"]
    );
    let first = ranked
        .flat_map(|row| &row.ranks)
        .filter(|(_, rank)| **rank == 1);
    assert_eq!(
        first
            .map(|(category, _)| category.as_str())
            .collect::<BTreeSet<_>>(),
        BTreeSet::from(["coast", "inland"])
    );
}

#[test]
fn announcements_come_in_both_languages() {
    for scene in written(1).scenes {
        if let FactKind::Announced { text, .. } = scene.fact.kind {
            assert!(text.contains(" / ") && !text.is_ascii(), "{text}");
        }
    }
}
