//! Records a plan, on the way that every fact takes: as many submissions as
//! the bounds of one ask for, one after the other.

use std::sync::Arc;

use tasuki_race::{Oddity, RaceId};
use tasuki_sheets::{Plan, Planned, Row};

use crate::http::body::BODY_BYTES_MAX;
use crate::identity::Authority;
use crate::problem::Problem;
use crate::recording::{FACTS_MAX, HeadShown, Outcome, Prepared, Purpose, Submission, submit};
use crate::sheets::answer::Imported;
use crate::state::AppState;

/// Facts that go in together, and the rows that each comes from.
struct Batch {
    items: Vec<Prepared>,
    rows: Vec<Vec<usize>>,
}

/// Records what is planned; answers when it is durable. Fails where the log
/// does: what is in by then is recognised when the file is sent again.
pub(crate) async fn record(
    state: &AppState,
    race: &RaceId,
    authority: &Arc<Authority>,
    mut plan: Plan,
) -> Result<Imported, Problem> {
    let facts = std::mem::take(&mut plan.facts);
    let batches = tokio::task::spawn_blocking(move || batches(facts)).await;
    let batches = batches.map_err(|e| Problem::internal(&e))?;
    let (mut recorded, mut head) = (0, None);
    for Batch { items, rows } in batches {
        let submission = Submission {
            race: race.clone(),
            authority: Arc::clone(authority),
            purpose: Purpose::Record,
            items: items.into_iter().map(|item| Ok(Box::new(item))).collect(),
        };
        let answer = submit(state, submission).await?;
        for (outcome, rows) in answer.results.into_iter().zip(rows) {
            recorded += usize::from(matches!(outcome, Outcome::Accepted { .. }));
            for row in rows {
                tell(&mut plan.rows[row], &outcome);
            }
        }
        head = Some(answer.head);
    }
    let head: Option<HeadShown> = head;
    Ok(Imported::recorded(plan, recorded, head))
}

fn batches(facts: Vec<Planned>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut bytes = 0;
    for Planned { fact, rows } in facts {
        let item = Prepared::from(fact);
        bytes += item.canonical.len();
        match batches.last_mut() {
            Some(batch) if batch.items.len() < FACTS_MAX && bytes <= BODY_BYTES_MAX => {
                batch.items.push(item);
                batch.rows.push(rows);
            }
            _ => {
                bytes = item.canonical.len();
                batches.push(Batch {
                    items: vec![item],
                    rows: vec![rows],
                });
            }
        }
    }
    batches
}

/// What the log made of a row.
fn tell(row: &mut Row, outcome: &Outcome) {
    match outcome {
        Outcome::Accepted { seq, warnings, .. } => {
            row.seq = Some(*seq);
            for warning in warnings {
                row.warn(code(warning.code), warning.detail.clone());
            }
        }
        Outcome::Duplicate { seq, .. } => {
            row.outcome = tasuki_sheets::Outcome::Duplicate;
            row.seq = Some(*seq);
        }
        Outcome::Rejected { code, detail, .. } => row.reject(code, detail.clone()),
    }
}

/// As it stands in answers.
fn code(oddity: Oddity) -> String {
    let json = serde_json::to_value(oddity).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}
