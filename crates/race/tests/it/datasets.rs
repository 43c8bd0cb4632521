//! Published results, reproduced to the last figure where they are at hand.

use rand::seq::SliceRandom;
use tasuki_race::{EventId, Fact, FactKind, PairedTo};
use tasuki_testkit::datasets::dataset;
use tasuki_testkit::generate::{reordered, seeded};
use uuid::Uuid;

use crate::support::{standings, text};

fn reproduces(name: &str) {
    let Some(data) = dataset(name) else {
        println!("data set {name} is not present");
        return;
    };
    let wrong = data.check(&standings(&data.facts()));
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "{} of {} figures",
        wrong.len(),
        data.expected.len()
    );
}

#[test]
fn devils_burdens_2024_comes_out_as_published() {
    reproduces("devils-burdens-2024");
}

#[test]
fn boston_2014_comes_out_as_published() {
    reproduces("boston-2014");
}

#[test]
fn any_order_of_the_passages_of_devils_burdens_gives_the_same_bytes() {
    let Some(mut data) = dataset("devils-burdens-2024") else {
        println!("data set devils-burdens-2024 is not present");
        return;
    };
    let published = text(&standings(&data.facts()));
    for seed in 0..10 {
        data.passages.shuffle(&mut seeded(seed));
        assert_eq!(text(&standings(&data.facts())), published, "seed {seed}");
    }
}

#[test]
fn passages_of_devils_burdens_sent_before_or_after_any_decision_give_the_same_bytes() {
    let Some(data) = dataset("devils-burdens-2024") else {
        println!("data set devils-burdens-2024 is not present");
        return;
    };
    let facts = data.facts();
    let published = text(&standings(&facts));
    for seed in 0..10 {
        let other = reordered(&mut seeded(seed), &facts);
        assert_ne!(other, facts, "seed {seed}");
        assert_eq!(text(&standings(&other)), published, "seed {seed}");
    }
}

#[test]
fn devils_burdens_timed_by_one_and_read_by_another_gives_the_same_standings() {
    let Some(data) = dataset("devils-burdens-2024") else {
        println!("data set devils-burdens-2024 is not present");
        return;
    };
    let halved = reordered(&mut seeded(1), &in_halves(&data.facts()));
    let wrong = data.check(&standings(&halved));
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(standings(&halved).entries, standings(&data.facts()).entries);
}

/// Every passage as a time without a bib, a bib without a time, and their
/// pairing; every other one is paired with the bib by its name.
fn in_halves(facts: &[Fact]) -> Vec<Fact> {
    let mut ids = (1..).map(|n| EventId(Uuid::from_u128((1 << 64) + n)));
    let mut halved = Vec::new();
    for (n, fact) in facts.iter().enumerate() {
        let FactKind::PassageRecorded { bib, checkpoint } = &fact.kind else {
            halved.push(fact.clone());
            continue;
        };
        let mut tell = |kind, id: Option<EventId>| {
            let id = id.or_else(|| ids.next()).expect("there are 2^128 ids");
            let time = matches!(kind, FactKind::TimeRecorded { .. }).then_some(fact.time);
            let fact = Fact {
                id,
                time: time.flatten(),
                note: None,
                kind,
            };
            halved.push(fact);
            id
        };
        let (bib, checkpoint) = (bib.clone(), checkpoint.clone());
        let time = FactKind::TimeRecorded {
            checkpoint: checkpoint.clone(),
        };
        let event = tell(time, Some(fact.id));
        let read = FactKind::BibRecorded {
            bib: bib.clone(),
            checkpoint,
        };
        let with = tell(read, None);
        let to = if n % 2 == 0 {
            PairedTo::Event(with)
        } else {
            PairedTo::Bib(bib)
        };
        tell(FactKind::PassagePaired { event, to }, None);
    }
    halved
}
