//! A gate that writes down what it is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tasuki_log::{Appended, Draft, Gate, Record};
use tasuki_race::{Instant, RaceId};

use crate::facts::outcomes;

/// Lets everything in, and keeps a diary of what it was told.
#[derive(Default)]
pub(crate) struct Doorman {
    pub(crate) known: HashMap<RaceId, u64>,
    pub(crate) diary: Diary,
}

pub(crate) type Diary = Arc<Mutex<Vec<String>>>;

impl Doorman {
    fn apply(&mut self, record: &Record) {
        let known = self.known.entry(record.race.clone()).or_default();
        assert_eq!(
            record.seq,
            *known + 1,
            "the gate is told in order, without a gap"
        );
        *known = record.seq;
    }

    fn note(&self, line: String) {
        self.diary.lock().unwrap().push(line);
    }
}

impl Gate for Doorman {
    type Submission = Vec<Draft>;
    type Ticket = usize;
    type Answer = Vec<String>;

    fn weight(submission: &Vec<Draft>) -> usize {
        submission.len()
    }

    fn admit(&mut self, mut submission: Vec<Draft>, now: Instant) -> (usize, Vec<Draft>) {
        submission.iter_mut().for_each(|draft| draft.at = now);
        (submission.len(), submission)
    }

    fn committed(&mut self, group: Vec<(usize, Vec<Appended>)>) -> Vec<Vec<String>> {
        self.note(format!("committed {}", group.len()));
        let mut answers = Vec::new();
        for (count, appended) in group {
            assert_eq!(count, appended.len());
            for outcome in &appended {
                if let Appended::Accepted(record) = outcome {
                    self.apply(record);
                }
            }
            answers.push(outcomes(&appended));
        }
        answers
    }

    fn abandoned(&mut self) {
        self.note("abandoned".to_owned());
    }

    fn missed(&mut self, record: Record) {
        self.note(format!("missed {}", record.seq));
        self.apply(&record);
    }

    fn known(&self, race: &RaceId) -> u64 {
        self.known.get(race).copied().unwrap_or(0)
    }
}
