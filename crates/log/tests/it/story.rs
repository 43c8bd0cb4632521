//! What every engine must do with facts.

use futures::StreamExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tasuki_log::{Appended, Hash, Head, LogError, Record};
use tasuki_race::Instant;

use crate::engine::{Engine, on_both_engines};
use crate::facts::{draft, drafts, export, outcomes, race, read, saying, seqs};

on_both_engines!(
    facts_are_numbered_without_gaps_and_read_back_as_they_were,
    a_fact_sent_again_is_a_duplicate_and_another_with_its_id_a_conflict,
    races_are_numbered_apart_from_each_other_in_one_batch,
    the_chain_equals_one_computed_by_hand,
    a_range_is_read_exactly,
    a_large_batch_is_one_append,
    large_facts_are_read_a_few_at_a_time,
    a_follower_sees_what_was_there_and_what_comes,
    a_follower_in_another_process_sees_it_too,
    the_time_of_receipt_never_goes_back,
    the_database_refuses_to_change_a_fact,
    a_draft_that_cannot_be_kept_is_refused_and_the_writer_goes_on,
    an_empty_log_has_no_races,
);

async fn facts_are_numbered_without_gaps_and_read_back_as_they_were(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    let first = writer.append(drafts("demo", 1..=3)).await.unwrap();
    let second = writer.append(drafts("demo", 4..=5)).await.unwrap();
    assert_eq!(outcomes(&first), ["+1", "+2", "+3"]);
    assert_eq!(outcomes(&second), ["+4", "+5"]);

    let records = read(&*store.log, "demo", 0, None).await;
    for (record, outcome) in records.iter().zip(first.iter().chain(&second)) {
        let Appended::Accepted(accepted) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(record, &**accepted);
        let draft = draft("demo", record.seq);
        assert_eq!(
            (&record.by, &record.device, &record.event),
            (&draft.by, &draft.device, &draft.event)
        );
        assert_eq!((record.id, record.at), (draft.id, draft.at));
    }
    let head = Head {
        seq: 5,
        hash: records[4].hash,
    };
    assert_eq!(store.log.head(&race("demo")).await.unwrap(), Some(head));
    assert_eq!(store.log.races().await.unwrap(), [(race("demo"), head)]);
    store.log.check().await.unwrap();
}

async fn a_fact_sent_again_is_a_duplicate_and_another_with_its_id_a_conflict(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    let mixed = vec![
        draft("demo", 2),
        draft("demo", 3),
        draft("demo", 3),
        saying("demo", 3, "something else"),
        saying("demo", 1, "something else"),
        draft("demo", 4),
        // Unique within its race only.
        draft("other", 1),
    ];
    let appended = writer.append(mixed).await.unwrap();
    assert_eq!(
        outcomes(&appended),
        ["=2", "+3", "=3", "!3", "!1", "+4", "+1"]
    );
    let nothing_new = writer.append(drafts("demo", 1..=4)).await.unwrap();
    assert_eq!(outcomes(&nothing_new), ["=1", "=2", "=3", "=4"]);
    assert_eq!(writer.append(Vec::new()).await.unwrap(), []);
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1, 2, 3, 4]);
}

async fn races_are_numbered_apart_from_each_other_in_one_batch(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    let mixed = [("b", 1), ("a", 1), ("b", 2), ("c-1", 1), ("a", 2)];
    let mixed = mixed.map(|(race, number)| draft(race, number)).to_vec();
    assert_eq!(
        outcomes(&writer.append(mixed).await.unwrap()),
        ["+1", "+1", "+2", "+1", "+2"]
    );
    assert_eq!(
        outcomes(&writer.append(drafts("b", 3..=3)).await.unwrap()),
        ["+3"]
    );
    let races = store.log.races().await.unwrap();
    let races: Vec<_> = races
        .iter()
        .map(|(race, head)| (race.as_str(), head.seq))
        .collect();
    assert_eq!(races, [("a", 2), ("b", 3), ("c-1", 1)]);
}

async fn the_chain_equals_one_computed_by_hand(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    writer.append(drafts("demo", 3..=4)).await.unwrap();
    let mut prev = "0".repeat(64);
    for (number, line) in (1..).zip(export(&*store.log, "demo").await.lines()) {
        let said: Value = serde_json::from_str(line).unwrap();
        let draft = draft("demo", number);
        let mut object = json!({
            "at": draft.at.to_string(), "by": draft.by, "prev": prev, "race": "demo", "seq": number,
            "event": serde_json::from_str::<Value>(&draft.event).unwrap(),
        });
        if let Some(device) = draft.device {
            object["device"] = device.into();
        }
        let bytes = serde_json_canonicalizer::to_vec(&object).unwrap();
        prev = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(said["hash"], prev);
        object["hash"] = said["hash"].clone();
        assert_eq!(line, serde_json_canonicalizer::to_string(&object).unwrap());
    }
}

async fn a_range_is_read_exactly(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=5)).await.unwrap();
    let log = &*store.log;
    assert_eq!(seqs(log, "demo", 0, None).await, [1, 2, 3, 4, 5]);
    assert_eq!(seqs(log, "demo", 1, Some(3)).await, [2, 3]);
    assert_eq!(seqs(log, "demo", 3, Some(99)).await, [4, 5]);
    for (after, until) in [(5, None), (3, Some(3)), (4, Some(2)), (u64::MAX, None)] {
        assert_eq!(seqs(log, "demo", after, until).await, [0; 0]);
    }
    assert_eq!(seqs(log, "nothing-here", 0, None).await, [0; 0]);
}

async fn a_large_batch_is_one_append(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=1)).await.unwrap();
    let appended = writer.append(drafts("demo", 1..=10_000)).await.unwrap();
    assert_eq!(outcomes(&appended[..3]), ["=1", "+2", "+3"]);
    let all: Vec<u64> = (1..=10_000).collect();
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, all);
    assert_eq!(
        seqs(&*store.log, "demo", 1_500, Some(3_700)).await,
        all[1_500..3_700]
    );
}

async fn large_facts_are_read_a_few_at_a_time(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    let text = "x".repeat(700_000);
    let large = (1..=5)
        .map(|number| saying("demo", number, &text))
        .collect();
    writer.append(large).await.unwrap();
    writer.append(drafts("demo", 6..=7)).await.unwrap();
    assert_eq!(
        seqs(&*store.log, "demo", 0, None).await,
        [1, 2, 3, 4, 5, 6, 7]
    );
}

async fn follow_five(follower: &dyn tasuki_log::Log, mut writer: Box<dyn tasuki_log::Writer>) {
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    let records = follower
        .follow(&race("demo"), 1)
        .take(4)
        .map(|record| record.unwrap().seq)
        .collect();
    let (seen, ()): (Vec<u64>, ()) = tokio::join!(records, async {
        for number in 3..=5 {
            writer
                .append(drafts("demo", number..=number))
                .await
                .unwrap();
        }
    });
    assert_eq!(seen, [2, 3, 4, 5]);
}

async fn a_follower_sees_what_was_there_and_what_comes(engine: Engine) {
    let (store, writer) = engine.open_with_writer().await;
    follow_five(&*store.log, writer).await;
}

async fn a_follower_in_another_process_sees_it_too(engine: Engine) {
    let (_store, writer) = engine.open_with_writer().await;
    follow_five(&*engine.open().await.log, writer).await;
}

async fn the_time_of_receipt_never_goes_back(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    let at = |number, ms| {
        let mut draft = draft("demo", number);
        draft.at = Instant::from_ms(ms);
        draft
    };
    writer
        .append(vec![at(1, 1_000), at(2, 500), at(3, 2_000)])
        .await
        .unwrap();
    drop(writer);
    let mut after_restart = store.log.open_writer().await.unwrap();
    after_restart
        .append(vec![at(4, 1_500), at(5, 2_500)])
        .await
        .unwrap();
    let records = read(&*store.log, "demo", 0, None).await;
    let at_ms: Vec<i64> = records.iter().map(|record| record.at.ms()).collect();
    assert_eq!(at_ms, [1_000, 1_000, 2_000, 2_000, 2_500]);
}

async fn the_database_refuses_to_change_a_fact(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    let before = export(&*store.log, "demo").await;
    for sql in [
        "UPDATE facts SET by = 'nobody'",
        "DELETE FROM facts WHERE seq = 2",
        "DELETE FROM facts",
    ] {
        let refusal = engine.execute(sql).await.unwrap_err();
        assert!(refusal.contains("facts are never"), "{sql}: {refusal}");
    }
    let copy =
        "INSERT INTO facts SELECT race, 2, at_ms, by, device, id, event, prev, hash FROM facts";
    engine.execute(copy).await.unwrap_err();
    assert_eq!(export(&*store.log, "demo").await, before);
}

async fn a_draft_that_cannot_be_kept_is_refused_and_the_writer_goes_on(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    for by in ["x".repeat(201), "nul \0".to_owned()] {
        let mut bad = drafts("demo", 1..=2);
        bad[1].by = by;
        let refusal = writer.append(bad).await.unwrap_err();
        assert!(matches!(refusal, LogError::Invalid(_)), "{refusal:?}");
    }
    let mut longest = draft("demo", 1);
    longest.by = "走".repeat(200);
    assert_eq!(
        outcomes(&writer.append(vec![longest]).await.unwrap()),
        ["+1"]
    );
    let record = &read(&*store.log, "demo", 0, None).await[0];
    assert_eq!(Record::from_line(&record.line()).unwrap(), *record);
    assert_eq!(record.prev, Hash::ZERO);
}

async fn an_empty_log_has_no_races(engine: Engine) {
    let store = engine.open().await;
    assert_eq!(store.log.races().await.unwrap(), []);
    assert_eq!(store.log.head(&race("demo")).await.unwrap(), None);
}
