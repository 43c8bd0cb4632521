//! What the server acknowledged, as those who recorded it remember.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

/// Shared by all who record.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    /// Every acknowledged fact at its place.
    facts: BTreeMap<u64, Value>,
    /// Ids of every fact that was ever sent.
    sent: BTreeSet<String>,
    /// Requests without an answer, or with half of one.
    unanswered: usize,
    /// Requests that were told to come again, by the reason.
    refused: BTreeMap<String, usize>,
    /// Batches that were in the log although their first answer said nothing,
    lost_answers: usize,
    /// and those that were sent again although they had been acknowledged.
    repeated: usize,
}

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().expect("no writer panicked")
    }

    pub(crate) fn send(&self, batch: &[Value]) {
        self.entries().sent.extend(batch.iter().map(id));
    }

    pub(crate) fn go_unanswered(&self) {
        self.entries().unanswered += 1;
    }

    pub(crate) fn refuse(&self, code: &str) {
        *self.entries().refused.entry(code.to_owned()).or_default() += 1;
    }

    /// Writes down the places that an answer gives.
    pub(crate) fn acknowledge(&self, batch: &[Value], answer: &Value) {
        let results = answer["results"].as_array().expect("results");
        assert_eq!(results.len(), batch.len(), "{answer}");
        let mut entries = self.entries();
        let first = results[0]["seq"].as_u64().expect("a place");
        let outcome = &results[0]["outcome"];
        match (outcome.as_str(), entries.facts.contains_key(&first)) {
            (Some("accepted"), false) => {}
            (Some("duplicate"), false) => entries.lost_answers += 1,
            (Some("duplicate"), true) => entries.repeated += 1,
            _ => panic!("place {first} was given twice: {answer}"),
        }
        for ((fact, result), seq) in batch.iter().zip(results).zip(first..) {
            // A batch is in the log as a whole, side by side, or not at all.
            let told = (&result["id"], &result["outcome"], &result["seq"]);
            assert_eq!(told, (&fact["id"], outcome, &Value::from(seq)), "{answer}");
            let before = entries.facts.insert(seq, fact.clone());
            assert!(before.is_none_or(|before| before == *fact), "{answer}");
        }
    }

    /// How many facts were acknowledged.
    pub(crate) fn len(&self) -> usize {
        self.entries().facts.len()
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.entries().unanswered
    }

    /// How many requests were told to come again, by the reason.
    pub(crate) fn refused(&self) -> BTreeMap<String, usize> {
        self.entries().refused.clone()
    }

    /// The acknowledged facts at their places.
    pub(crate) fn facts(&self) -> BTreeMap<u64, Value> {
        self.entries().facts.clone()
    }

    pub(crate) fn was_sent(&self, fact: &Value) -> bool {
        self.entries().sent.contains(&id(fact))
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entries {
            facts,
            unanswered,
            refused,
            lost_answers,
            repeated,
            ..
        } = &*self.entries();
        write!(
            f,
            "{} facts acknowledged, {unanswered} requests unanswered, refused {refused:?}, \
             {lost_answers} answers lost, {repeated} batches repeated",
            facts.len()
        )
    }
}

fn id(fact: &Value) -> String {
    fact["id"].as_str().expect("facts have ids").to_owned()
}
