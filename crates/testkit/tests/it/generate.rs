//! The generators: same seed, same race; all that they promise occurs.

use std::collections::{BTreeMap, BTreeSet};

use tasuki_race::{EntryStatus, Fact, FactKind, Oddity, PairedTo, Slug, Snapshot, Split, Ties};
use tasuki_testkit::generate::{self, Ekiden, Marathon};
use tasuki_testkit::naive;

fn random_race(seed: u64) -> Vec<Fact> {
    let rng = &mut generate::seeded(seed);
    generate::small_race(rng)
}

fn standings(facts: &[Fact]) -> Snapshot {
    naive::standings(&naive::log_of(facts))
}

#[test]
fn a_seed_gives_one_race() {
    assert_eq!(random_race(7), random_race(7));
    assert_ne!(random_race(7), random_race(8));
}

#[test]
fn random_facts_pass_the_reader_of_the_contract_and_have_ids_of_their_own() {
    for seed in 0..100 {
        let facts = random_race(seed);
        let ids: BTreeSet<_> = facts.iter().map(|fact| fact.id).collect();
        assert_eq!(ids.len(), facts.len(), "seed {seed}");
        for fact in facts {
            assert_eq!(
                Fact::from_json(&fact.canonical()).as_ref(),
                Ok(&fact),
                "seed {seed}"
            );
        }
    }
}

const KINDS_OF_FACTS: usize = 14;
const CODES: usize = 9;
/// What the next test looks for besides.
const FIGURES: usize = 19;

#[test]
fn random_races_hold_every_kind_of_fact_and_reach_every_kind_of_figure() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..200 {
        let facts = random_race(seed);
        for fact in &facts {
            *seen.entry(fact.kind.type_name()).or_default() += 1;
        }
        for line in naive::review(&naive::log_of(&facts)) {
            *seen.entry(code(line.code)).or_default() += 1;
        }
        let standings = standings(&facts);
        let mut note = |what, there: bool| *seen.entry(what).or_default() += usize::from(there);
        for line in &standings.cutlines {
            note("a cutline drawn", line.last.is_some());
            note("a cutline not yet drawn", line.last.is_none());
        }
        for row in standings.entries.values() {
            let expected = row.next.as_ref().map(|next| next.expected);
            note("expected", expected.is_some_and(|minute| minute.is_some()));
            note(
                "not estimated",
                expected.is_some_and(|minute| minute.is_none()),
            );
            note("a place outside the ranking", row.would_be.is_some());
            note("a finisher", row.status == EntryStatus::Finished);
            note("an abandonment", row.status == EntryStatus::Dnf);
            note("a rank in the race", row.rank.is_some());
            note("a rank in a category", !row.ranks.is_empty());
            note("a finished section", !row.sections.is_empty());
            for split in row.splits.values() {
                note("a leg rank", split.leg_rank.is_some());
                note("a record", split.record.is_some());
                note("a reference", split.reference);
                note(
                    "a leg time without an elapsed time",
                    split.leg_ms > split.elapsed_ms,
                );
                note("ahead of the ranked", split.gap_ms.is_some_and(|ms| ms < 0));
            }
        }
        *seen.entry("a shared rank").or_default() += shared_ranks(&facts);
        *seen.entry("a countback").or_default() += countbacks(&facts);
        *seen.entry("a lap counted at its place").or_default() += laps(&facts);
        *seen.entry("a pairing that counts").or_default() += pairings(&facts);
    }
    println!("{seen:#?}");
    assert_eq!(seen.len(), KINDS_OF_FACTS + CODES + FIGURES);
    assert!(seen.values().all(|&times| times >= 10), "{seen:#?}");
}

fn code(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::UnknownBib => "unknown_bib",
        Oddity::DuplicatePassage => "duplicate_passage",
        Oddity::BeforeStart => "before_start",
        Oddity::OutOfOrder => "out_of_order",
        Oddity::AfterStatus => "after_status",
        Oddity::ImplausiblePace => "implausible_pace",
        Oddity::MissedCheckpoint => "missed_checkpoint",
        Oddity::UnidentifiedPassage => "unidentified_passage",
        Oddity::UntimedBib => "untimed_bib",
    }
}

/// Second and later visits of which the place, not the visit, was recorded.
fn laps(facts: &[Fact]) -> usize {
    let recorded: BTreeSet<_> = facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            FactKind::PassageRecorded { checkpoint, .. } => Some((checkpoint, fact.time?)),
            _ => None,
        })
        .collect();
    let by_name = |(id, split): (&Slug, &Split)| usize::from(!recorded.contains(&(id, split.time)));
    let rows = standings(facts).entries.into_values();
    rows.map(|row| {
        row.splits
            .iter()
            .map(by_name)
            .sum::<usize>()
            .saturating_sub(1)
    })
    .sum()
}

/// Splits at a moment that only a time without a bib names.
fn pairings(facts: &[Fact]) -> usize {
    let recorded: BTreeSet<_> = facts
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::PassageRecorded { .. }))
        .filter_map(|fact| fact.time)
        .collect();
    let paired = |split: &&Split| !recorded.contains(&split.time);
    let rows = standings(facts).entries.into_values();
    rows.map(|row| row.splits.values().filter(paired).count())
        .sum()
}

fn shared_ranks(facts: &[Fact]) -> usize {
    let standings = standings(facts);
    let ranks: Vec<_> = standings
        .entries
        .values()
        .filter_map(|row| row.rank)
        .collect();
    ranks.len() - ranks.iter().collect::<BTreeSet<_>>().len()
}

/// Equal totals of finishers, in a race that was first defined to look back.
fn countbacks(facts: &[Fact]) -> usize {
    let FactKind::RaceDefined(definition) = &facts[0].kind else {
        panic!("a race begins with its definition");
    };
    if definition.ranking.ties != Ties::Countback {
        return 0;
    }
    let standings = standings(facts);
    let finished = standings
        .entries
        .values()
        .filter(|row| row.status == EntryStatus::Finished);
    let totals: Vec<_> = finished.filter_map(|row| row.elapsed_ms).collect();
    totals.len() - totals.iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn the_order_of_observations_does_not_matter() {
    generate::for_each_seed(50, |rng| {
        let facts = generate::small_race(rng);
        let other = generate::reordered(rng, &facts);
        let decisions = |facts: &[Fact]| {
            let decided = facts
                .iter()
                .filter(|fact| !generate::is_observation(&fact.kind));
            decided.map(|fact| fact.id).collect::<Vec<_>>()
        };
        assert_eq!(decisions(&facts), decisions(&other));
        let (before, after) = (standings(&facts), standings(&other));
        assert_eq!(before.entries, after.entries);
        assert_eq!(before.cutlines, after.cutlines);
    });
}

#[test]
fn every_event_that_a_random_fact_names_was_told_before() {
    for seed in 0..200 {
        let mut told = BTreeMap::new();
        for fact in random_race(seed) {
            for event in generate::named(&fact.kind) {
                let kind = told.get(&event);
                assert!(kind.is_some(), "seed {seed}: {}", fact.canonical());
            }
            let kind_of = |event| told.get(event).copied().unwrap_or("nothing");
            match &fact.kind {
                FactKind::PassagePaired { event, to } => {
                    assert_eq!(kind_of(event), "time_recorded", "seed {seed}");
                    if let PairedTo::Event(with) = to {
                        assert_eq!(kind_of(with), "bib_recorded", "seed {seed}");
                    }
                }
                FactKind::PassageReassigned { event, .. } => {
                    let passages = ["time_recorded", "passage_recorded"];
                    assert!(passages.contains(&kind_of(event)), "seed {seed}");
                }
                _ => {}
            }
            told.insert(fact.id, fact.kind.type_name());
        }
    }
}

#[test]
fn a_generated_ekiden_has_rolled_starts_and_all_teams_finish() {
    let size = Ekiden {
        teams: 21,
        legs: 5,
        splits_per_leg: 2,
        rolled_after_ms: 5 * 60_000,
    };
    let facts = generate::ekiden(&mut generate::seeded(1), &size);
    let guns = facts
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::Started { .. }))
        .count();
    assert!(guns > 1, "{guns} starts");
    assert!(facts[1..].is_sorted_by_key(|fact| fact.time));
    let standings = standings(&facts);
    let rows = || standings.entries.values();
    assert_eq!(
        rows()
            .filter(|row| row.status == EntryStatus::Finished)
            .count(),
        21
    );
    let ranks: BTreeSet<_> = rows().filter_map(|row| row.rank).collect();
    // Bib 20 is open.
    assert_eq!(ranks, (1..=20).collect());
    assert!(rows().all(|row| row.splits.len() == 5 * 3 && row.elapsed_ms.is_some()));
}

#[test]
fn a_generated_marathon_has_waves_and_most_finish() {
    let size = Marathon {
        entries: 300,
        checkpoints: 5,
        waves: 3,
    };
    let facts = generate::marathon(&mut generate::seeded(1), &size);
    assert!(facts[1..].is_sorted_by_key(|fact| fact.time));
    let standings = standings(&facts);
    let finished = |status| {
        standings
            .entries
            .values()
            .filter(|row| row.status == status)
            .count()
    };
    assert!(
        finished(EntryStatus::Finished) > 270,
        "{}",
        finished(EntryStatus::Finished)
    );
    assert_eq!(standings.entries.len(), 300);
}
