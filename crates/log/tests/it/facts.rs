//! Facts to write, and what was read.

use futures::TryStreamExt;
use tasuki_log::{Appended, Draft, Log, Record};
use tasuki_race::{EventId, Instant, RaceId};
use uuid::Uuid;

pub(crate) fn race(id: &str) -> RaceId {
    id.parse().expect("a race's id")
}

pub(crate) fn id(number: u64) -> EventId {
    EventId(Uuid::from_u128(
        0x0198_c0de_0000_7000_8000_0000_0000_0000 + u128::from(number),
    ))
}

/// A fact with the given number as its id, which says `text`.
pub(crate) fn saying(race_id: &str, number: u64, text: &str) -> Draft {
    let event = serde_json::json!({ "id": id(number), "text": text, "type": "announced" });
    Draft {
        race: race(race_id),
        id: id(number),
        at: Instant::from_ms(1_767_312_000_000 + i64::try_from(number).expect("small")),
        by: "admin \"Zoë\"".to_owned(),
        device: number.is_multiple_of(2).then(|| format!("tablet-{number}")),
        event: event.to_string().into(),
    }
}

pub(crate) fn draft(race_id: &str, number: u64) -> Draft {
    saying(race_id, number, "hello\n世界 \u{1f3c3}")
}

/// Facts numbered as given, all of one race.
pub(crate) fn drafts(race_id: &str, numbers: impl IntoIterator<Item = u64>) -> Vec<Draft> {
    numbers
        .into_iter()
        .map(|number| draft(race_id, number))
        .collect()
}

/// `+7` accepted at 7, `=7` duplicate of 7, `!7` conflict with 7.
pub(crate) fn outcomes(appended: &[Appended]) -> Vec<String> {
    let outcome = |outcome: &Appended| match outcome {
        Appended::Accepted(record) => format!("+{}", record.seq),
        Appended::Duplicate { seq } => format!("={seq}"),
        Appended::Conflict { seq } => format!("!{seq}"),
    };
    appended.iter().map(outcome).collect()
}

pub(crate) async fn read(
    log: &dyn Log,
    race_id: &str,
    after: u64,
    until: Option<u64>,
) -> Vec<Record> {
    log.read(&race(race_id), after, until)
        .try_collect()
        .await
        .expect("the log can be read")
}

pub(crate) async fn seqs(log: &dyn Log, race_id: &str, after: u64, until: Option<u64>) -> Vec<u64> {
    read(log, race_id, after, until)
        .await
        .iter()
        .map(|record| record.seq)
        .collect()
}

/// The export of a race, as a file would hold it.
pub(crate) async fn export(log: &dyn Log, race_id: &str) -> String {
    let records = read(log, race_id, 0, None).await;
    records.iter().map(|record| record.line() + "\n").collect()
}
