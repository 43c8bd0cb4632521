//! What random races are told can be understood.

use std::collections::HashSet;

use tasuki_race::{Admission, Fact, FactKind, Instant, Pending, Projector};
use tasuki_testkit::generate::{for_each_seed, named, small_race};
use tasuki_testkit::naive::log_of;

#[test]
fn every_random_fact_is_admitted_where_no_definition_was_withdrawn() {
    let mut admitted = 0;
    for_each_seed(200, |rng| {
        let facts = small_race(rng);
        if withdraws_a_definition(&facts) {
            return;
        }
        let FactKind::RaceDefined(definition) = &facts[0].kind else {
            panic!("a race begins with its definition");
        };
        let mut projector = Projector::new(definition.id.clone());
        // Later than any clock that has stopped.
        let now = Instant::from_ms(i64::MAX);
        for logged in log_of(&facts) {
            let mut pending = Pending::default();
            let verdict = Admission::new(&projector, &mut pending).consider(&logged.fact, now);
            assert_eq!(verdict, Ok(()), "{}", logged.fact.canonical());
            projector.apply(logged.seq, logged.at, "admin", &logged.fact);
            projector.settle();
            admitted += 1;
        }
    });
    println!("{admitted} facts admitted");
}

/// The names that a definition brought may be used after it was withdrawn: the
/// projector has to bear that, though a server would not let them in.
fn withdraws_a_definition(facts: &[Fact]) -> bool {
    let is_definition = |fact: &&Fact| matches!(fact.kind, FactKind::RaceDefined(_));
    let definitions: HashSet<_> = facts
        .iter()
        .filter(is_definition)
        .map(|fact| fact.id)
        .collect();
    let is_void = |fact: &&Fact| matches!(fact.kind, FactKind::EventVoided { .. });
    let mut withdrawn = facts
        .iter()
        .filter(is_void)
        .flat_map(|fact| named(&fact.kind));
    withdrawn.any(|event| definitions.contains(&event))
}
