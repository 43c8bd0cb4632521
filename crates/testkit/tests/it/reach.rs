//! All that the random races promise occurs.

use std::collections::{BTreeMap, BTreeSet};

use tasuki_race::{EntryStatus, Fact, FactKind, Oddity, Slug, Split, Ties};
use tasuki_testkit::naive;

use crate::generate::{random_race, standings};

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
