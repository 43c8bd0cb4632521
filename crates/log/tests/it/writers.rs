//! Who may append, and what the others see meanwhile.

use std::collections::HashSet;

use futures::future::join_all;
use tasuki_log::{LogError, Options, open};

use crate::engine::{Engine, on_both_engines};
use crate::facts::{draft, drafts, outcomes, seqs};

on_both_engines!(
    a_second_writer_is_refused_while_the_first_lives,
    a_second_writer_waits_for_the_first_to_end,
    a_writer_whose_epoch_has_passed_cannot_append,
    readers_beside_a_writer_never_see_a_gap,
    processes_that_start_at_once_agree_on_one_schema,
);

async fn a_second_writer_is_refused_while_the_first_lives(engine: Engine) {
    let (store, mut first) = engine.open_with_writer().await;
    let other = engine.open_impatiently().await;
    let Err(refusal) = other.log.open_writer().await else {
        panic!("two may append")
    };
    assert!(matches!(refusal, LogError::Held { .. }), "{refusal:?}");
    let holder = match engine {
        Engine::Sqlite(_) => format!("process {}", std::process::id()),
        Engine::Postgres(_) => "tasuki, process ".to_owned(),
    };
    assert!(refusal.to_string().contains(&holder), "{refusal}");
    // The refusal took nothing from the first.
    assert_eq!(
        outcomes(&first.append(drafts("demo", 1..=1)).await.unwrap()),
        ["+1"]
    );
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1]);
}

async fn a_second_writer_waits_for_the_first_to_end(engine: Engine) {
    let (_store, mut first) = engine.open_with_writer().await;
    first.append(drafts("demo", 1..=2)).await.unwrap();
    let other = engine.open().await;
    let (second, ()) = tokio::join!(other.log.open_writer(), async { drop(first) });
    let appended = second.unwrap().append(drafts("demo", 2..=3)).await.unwrap();
    assert_eq!(outcomes(&appended), ["=2", "+3"]);
}

async fn a_writer_whose_epoch_has_passed_cannot_append(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=1)).await.unwrap();
    engine
        .execute("UPDATE writer SET epoch = epoch + 1")
        .await
        .unwrap();
    let refusal = writer.append(drafts("demo", 2..=2)).await.unwrap_err();
    assert!(matches!(refusal, LogError::Fenced), "{refusal:?}");
    let refusal = writer.append(drafts("demo", 2..=2)).await.unwrap_err();
    assert!(matches!(refusal, LogError::Unavailable(_)), "{refusal:?}");
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1]);
    writer.recover().await.unwrap();
    assert_eq!(
        outcomes(&writer.append(drafts("demo", 2..=2)).await.unwrap()),
        ["+2"]
    );
}

async fn readers_beside_a_writer_never_see_a_gap(engine: Engine) {
    const FACTS: u64 = 60;
    let (store, mut writer) = engine.open_with_writer().await;
    let reader = || async {
        let mut lengths = HashSet::new();
        loop {
            let seen = seqs(&*store.log, "demo", 0, None).await;
            let length = seen.len() as u64;
            assert_eq!(seen, (1..=length).collect::<Vec<_>>());
            lengths.insert(length);
            if length == FACTS {
                return lengths.len();
            }
        }
    };
    let writing = async {
        for number in 1..=FACTS {
            writer.append(vec![draft("demo", number)]).await.unwrap();
        }
    };
    let (lengths, ()) = tokio::join!(join_all([reader(), reader(), reader()]), writing);
    assert!(lengths.iter().all(|&seen| seen >= 1));
}

async fn processes_that_start_at_once_agree_on_one_schema(engine: Engine) {
    let (url, options) = (engine.url(), Options::default());
    for opened in join_all((0..4).map(|_| open(&url, &options))).await {
        opened.unwrap().log.check().await.unwrap();
    }
}
