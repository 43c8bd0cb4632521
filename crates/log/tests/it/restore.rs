//! Importing an exported log.

use tasuki_log::{LogError, Record};

use crate::engine::{Engine, on_both_engines};
use crate::facts::{draft, drafts, export, outcomes, read, seqs};

on_both_engines!(
    restoring_twice_is_restoring_once,
    a_log_that_has_parted_is_refused,
    a_record_that_does_not_fit_is_refused_and_names_its_place,
    a_restored_log_goes_on,
);

/// Five records that were written elsewhere.
async fn elsewhere() -> Vec<Record> {
    let engine = Engine::sqlite();
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=5)).await.unwrap();
    read(&*store.log, "demo", 0, None).await
}

#[tokio::test]
async fn a_log_carried_between_engines_keeps_its_bytes() {
    let (from, over, back) = (Engine::sqlite(), Engine::postgres().await, Engine::sqlite());
    let (store, mut writer) = from.open_with_writer().await;
    writer.append(drafts("demo", 1..=250)).await.unwrap();
    let bytes = export(&*store.log, "demo").await;
    let mut lines = bytes.clone();
    for engine in [over, back] {
        let (store, mut writer) = engine.open_with_writer().await;
        let records: Vec<_> = lines
            .lines()
            .map(|line| Record::from_line(line).unwrap())
            .collect();
        for part in records.chunks(101) {
            writer.restore(part.to_vec()).await.unwrap();
        }
        lines = export(&*store.log, "demo").await;
        assert_eq!(lines, bytes);
    }
}

async fn restoring_twice_is_restoring_once(engine: Engine) {
    let records = elsewhere().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.restore(records[..3].to_vec()).await.unwrap();
    writer.restore(records[1..].to_vec()).await.unwrap();
    writer.restore(records.clone()).await.unwrap();
    assert_eq!(read(&*store.log, "demo", 0, None).await, records);
}

async fn a_log_that_has_parted_is_refused(engine: Engine) {
    let records = elsewhere().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.restore(records[..2].to_vec()).await.unwrap();
    writer.append(vec![draft("demo", 99)]).await.unwrap();
    let before = export(&*store.log, "demo").await;
    for parted in [&records[..], &records[2..3], &records[3..]] {
        let seq = parted[0].seq.max(3);
        let refusal = writer.restore(parted.to_vec()).await.unwrap_err();
        assert!(
            matches!(refusal, LogError::Refused { seq: named, .. } if named == seq),
            "{refusal}"
        );
        assert_eq!(export(&*store.log, "demo").await, before);
    }
    assert_eq!(
        outcomes(&writer.append(vec![draft("demo", 100)]).await.unwrap()),
        ["+4"]
    );
}

async fn a_record_that_does_not_fit_is_refused_and_names_its_place(engine: Engine) {
    let records = elsewhere().await;
    let (store, mut writer) = engine.open_with_writer().await;
    let gap = vec![records[0].clone(), records[2].clone()];
    let mut forged = records[..2].to_vec();
    forged[1].by = "somebody else".to_owned();
    let again = Record::seal(draft("demo", 1), 2, records[0].hash);
    let same_id = vec![records[0].clone(), again];
    for (bad, seq) in [(gap, 3), (forged, 2), (same_id, 2)] {
        let refusal = writer.restore(bad).await.unwrap_err();
        assert!(
            matches!(refusal, LogError::Refused { seq: named, .. } if named == seq),
            "{refusal}"
        );
    }
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [0; 0]);
}

async fn a_restored_log_goes_on(engine: Engine) {
    let records = elsewhere().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.restore(records.clone()).await.unwrap();
    assert_eq!(
        outcomes(&writer.append(drafts("demo", 5..=6)).await.unwrap()),
        ["=5", "+6"]
    );
    assert_eq!(
        read(&*store.log, "demo", 5, None).await[0].prev,
        records[4].hash
    );
}
