//! What a server answered, added up.

use std::collections::BTreeMap;
use std::fmt;

use crate::client::{Answer, Outcome};

/// Counts of what became of the facts that were sent.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    accepted: u64,
    duplicates: u64,
    rejected: u64,
    /// By code, with the words of the first.
    reasons: BTreeMap<String, (u64, String)>,
    /// By code: recorded, and put on the review list.
    odd: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds one answer.
    pub(crate) fn add(&mut self, answer: &Answer) {
        for item in &answer.results {
            match item.outcome {
                Outcome::Accepted => self.accepted += 1,
                Outcome::Duplicate => self.duplicates += 1,
                Outcome::Rejected => {
                    self.rejected += 1;
                    let code = item.code.clone().unwrap_or_default();
                    let detail = item.detail.clone().unwrap_or_default();
                    self.reasons.entry(code).or_insert((0, detail)).0 += 1;
                }
            }
            for warning in &item.warnings {
                *self.odd.entry(warning.code.clone()).or_default() += 1;
            }
        }
    }

    /// How many facts are not in the server's log.
    pub(crate) fn rejected(&self) -> u64 {
        self.rejected
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            accepted,
            duplicates,
            rejected,
            ..
        } = self;
        write!(
            f,
            "{accepted} facts accepted, {duplicates} there already, {rejected} rejected"
        )?;
        for (code, (count, detail)) in &self.reasons {
            write!(f, "\n  rejected {count} x {code}: {detail}")?;
        }
        for (code, count) in &self.odd {
            write!(f, "\n  to review {count} x {code}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_are_counted_by_code_with_the_first_reason() {
        let answer = r#"{"results":[
            {"id":"a","outcome":"accepted","seq":2,"warnings":[{"code":"unknown_bib","detail":"9"}]},
            {"id":"b","outcome":"duplicate","seq":1},
            {"id":"c","outcome":"rejected","code":"unknown_leg","detail":"there is no leg 3"},
            {"id":"d","outcome":"rejected","code":"unknown_leg","detail":"there is no leg 4"}],
            "head":{"seq":2,"hash":"00"}}"#;
        let mut tally = Tally::default();
        tally.add(&serde_json::from_str(answer).expect("an answer"));
        assert_eq!(
            tally.to_string(),
            "1 facts accepted, 1 there already, 2 rejected\n  \
             rejected 2 x unknown_leg: there is no leg 3\n  to review 1 x unknown_bib"
        );
    }
}
