//! Group commit, overload, and what happens while the log cannot be written.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tasuki_log::{Appender, AppenderStats, AppenderTask, Limits, Log, SubmitError, Writer};

use crate::doorman::{Diary, Doorman};
use crate::engine::{Engine, on_both_engines};
use crate::facts::{draft, drafts, race, seqs};
use crate::faulty::{Fault, Faults, FaultyWriter, UnreadableAtFirst};

on_both_engines!(
    sixty_four_submitters_lose_nothing_and_share_commits,
    a_gate_that_starts_late_is_shown_the_log_first,
);

/// An appender on a SQLite log that fails as it is told to.
struct Shop {
    _engine: Engine,
    log: Arc<dyn Log>,
    appender: Appender<Doorman>,
    task: AppenderTask,
    diary: Diary,
    faults: Arc<Faults>,
}

impl Shop {
    async fn open(faults: Arc<Faults>, limits: Limits) -> Self {
        let engine = Engine::sqlite();
        let (store, writer) = engine.open_with_writer().await;
        let log = store.log;
        let writer: Box<dyn Writer> = Box::new(FaultyWriter {
            writer,
            faults: faults.clone(),
            down: false,
        });
        let doorman = Doorman::default();
        let diary = doorman.diary.clone();
        let (appender, task) = Appender::start_with(log.clone(), writer, doorman, limits);
        Self {
            _engine: engine,
            log,
            appender,
            task,
            diary,
            faults,
        }
    }

    async fn submit(
        &self,
        numbers: std::ops::RangeInclusive<u64>,
    ) -> Result<Vec<String>, SubmitError> {
        self.appender.submit(drafts("demo", numbers)).await
    }

    /// Submits in the background, and returns once `waiting` are in the queue.
    async fn enqueue(
        &self,
        number: u64,
        waiting: usize,
    ) -> tokio::task::JoinHandle<Result<Vec<String>, SubmitError>> {
        let appender = self.appender.clone();
        let handle = tokio::spawn(async move { appender.submit(drafts("demo", [number])).await });
        while self.appender.waiting() < waiting {
            tokio::task::yield_now().await;
        }
        handle
    }

    fn diary(&self) -> Vec<String> {
        self.diary.lock().unwrap().clone()
    }
}

/// As Prometheus is told.
fn told(stats: &AppenderStats) -> Vec<String> {
    let mut registry = Registry::default();
    let spreads = stats.spreads();
    registry.register("append", "Times", spreads.append.clone());
    registry.register("commit", "Times", spreads.commit.clone());
    registry.register("submissions", "Sizes", spreads.submissions.clone());
    registry.register("facts", "Sizes", spreads.facts.clone());
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn sixty_four_submitters_lose_nothing_and_share_commits(engine: Engine) {
    const SUBMITTERS: u64 = 64;
    let (store, writer) = engine.open_with_writer().await;
    let (appender, task) = Appender::start(store.log.clone(), writer, Doorman::default());
    let submit = |number: u64| appender.submit(drafts("demo", number * 10..number * 10 + 10));
    let answers = join_all((0..SUBMITTERS).map(submit)).await;
    let mut places: Vec<u64> = Vec::new();
    for answer in answers {
        let seqs: Vec<u64> = answer
            .unwrap()
            .iter()
            .map(|outcome| outcome[1..].parse().unwrap())
            .collect();
        assert!(
            seqs.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "contiguous: {seqs:?}"
        );
        places.extend(seqs);
    }
    places.sort_unstable();
    assert_eq!(places, (1..=SUBMITTERS * 10).collect::<Vec<_>>());
    let stats = appender.stats();
    assert_eq!(
        (stats.submissions(), stats.facts()),
        (SUBMITTERS, SUBMITTERS * 10)
    );
    assert!(stats.groups() < SUBMITTERS, "{stats:?}");
    let told = told(stats);
    for line in [
        format!("append_count {SUBMITTERS}"),
        format!("commit_count {}", stats.groups()),
        format!("submissions_sum {SUBMITTERS}.0"),
        format!("facts_sum {}.0", SUBMITTERS * 10),
    ] {
        assert!(told.contains(&line), "{line} is not in {told:#?}");
    }
    appender.stop();
    task.await.unwrap();
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, places);
}

async fn a_gate_that_starts_late_is_shown_the_log_first(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=3)).await.unwrap();
    writer.append(drafts("other", 1..=1)).await.unwrap();
    let doorman = Doorman {
        known: HashMap::from([(race("demo"), 1)]),
        ..Doorman::default()
    };
    let diary = doorman.diary.clone();
    let (appender, _task) = Appender::start(store.log, writer, doorman);
    assert_eq!(
        appender
            .submit(vec![draft("demo", 3), draft("demo", 4)])
            .await
            .unwrap(),
        ["=3", "+4"]
    );
    assert_eq!(
        *diary.lock().unwrap(),
        ["missed 2", "missed 3", "missed 1", "committed 1"]
    );
}

#[tokio::test]
async fn what_waits_while_a_group_commits_is_the_next_group() {
    let shop = Shop::open(Faults::held_back(), Limits::default()).await;
    let mut waiting = vec![shop.enqueue(1, 0).await];
    shop.faults.until_begun().await;
    for number in 2..=64 {
        waiting.push(
            shop.enqueue(number, usize::try_from(number - 1).unwrap())
                .await,
        );
    }
    shop.faults.let_all_go_on();
    for (number, answer) in (1..).zip(join_all(waiting).await) {
        assert_eq!(answer.unwrap().unwrap(), [format!("+{number}")]);
    }
    assert_eq!(shop.diary(), ["committed 1", "committed 63"]);
    assert_eq!(
        (
            shop.appender.stats().groups(),
            shop.appender.stats().largest_group()
        ),
        (2, 63)
    );
}

#[tokio::test]
async fn a_full_queue_refuses_and_a_full_group_leaves_the_rest_for_the_next() {
    let limits = Limits {
        queue_submissions: 4,
        queue_facts: 5,
        group_facts: 2,
        ..Limits::default()
    };
    let shop = Shop::open(Faults::held_back(), limits).await;
    let mut waiting = vec![shop.enqueue(1, 0).await];
    shop.faults.until_begun().await;
    for number in 2..=4 {
        waiting.push(
            shop.enqueue(number, usize::try_from(number - 1).unwrap())
                .await,
        );
    }
    assert_eq!(
        shop.submit(10..=11).await,
        Err(SubmitError::Overloaded),
        "too many facts"
    );
    waiting.push(shop.enqueue(5, 4).await);
    assert_eq!(
        shop.submit(12..=12).await,
        Err(SubmitError::Overloaded),
        "too many submissions"
    );
    shop.faults.let_all_go_on();
    for answer in join_all(waiting).await {
        answer.unwrap().unwrap();
    }
    assert_eq!(shop.diary(), ["committed 1", "committed 2", "committed 2"]);
    // Larger than the queue: goes in alone.
    assert_eq!(shop.submit(21..=27).await.unwrap().len(), 7);
}

#[tokio::test]
async fn a_log_that_is_down_answers_at_once_and_recovers_by_itself() {
    let shop = Shop::open(
        Faults::in_order(&[Fault::Lost, Fault::Down, Fault::Down]),
        Limits::default(),
    )
    .await;
    for round in 1..=3 {
        assert_eq!(
            shop.submit(1..=2).await,
            Err(SubmitError::Unavailable),
            "round {round}"
        );
        assert!(shop.appender.settled().await);
    }
    assert_eq!(shop.submit(1..=2).await.unwrap(), ["+1", "+2"]);
    assert_eq!(
        shop.diary(),
        ["abandoned", "abandoned", "abandoned", "committed 1"]
    );
    assert_eq!(shop.appender.stats().failures(), 3);
}

#[tokio::test]
async fn while_it_recovers_submissions_are_refused_without_waiting() {
    let shop = Shop::open(Faults::in_order(&[Fault::Down]), Limits::default()).await;
    assert_eq!(shop.submit(1..=1).await, Err(SubmitError::Unavailable));
    // The answer above was given before recovery began.
    assert!(!shop.appender.writable());
    assert_eq!(shop.submit(1..=1).await, Err(SubmitError::Unavailable));
    assert!(shop.appender.settled().await);
    assert_eq!(shop.submit(1..=1).await.unwrap(), ["+1"]);
}

#[tokio::test]
async fn a_lost_answer_is_found_again_as_a_duplicate() {
    let shop = Shop::open(Faults::in_order(&[Fault::AnswerLost]), Limits::default()).await;
    assert_eq!(shop.submit(1..=2).await, Err(SubmitError::Unavailable));
    assert!(shop.appender.settled().await);
    assert_eq!(shop.submit(1..=3).await.unwrap(), ["=1", "=2", "+3"]);
    assert_eq!(
        shop.diary(),
        ["abandoned", "missed 1", "missed 2", "committed 1"]
    );
    assert_eq!(seqs(&*shop.log, "demo", 0, None).await, [1, 2, 3]);
}

#[tokio::test]
async fn stopping_answers_what_waits_and_refuses_what_comes() {
    let shop = Shop::open(Faults::held_back(), Limits::default()).await;
    let first = shop.enqueue(1, 0).await;
    shop.faults.until_begun().await;
    let second = shop.enqueue(2, 1).await;
    shop.appender.stop();
    shop.faults.let_all_go_on();
    assert_eq!(first.await.unwrap().unwrap(), ["+1"]);
    assert_eq!(second.await.unwrap().unwrap(), ["+2"]);
    shop.task.await.unwrap();
    assert_eq!(
        shop.appender.submit(drafts("demo", 3..=3)).await,
        Err(SubmitError::Stopping)
    );
    assert!(!shop.appender.writable());
    assert!(!shop.appender.settled().await);
    // The right to append was given back.
    shop.log.open_writer().await.unwrap();
}

#[tokio::test]
async fn stopping_while_the_log_is_down_ends_the_task() {
    let shop = Shop::open(Faults::in_order(&[Fault::Down]), Limits::default()).await;
    assert_eq!(shop.submit(1..=1).await, Err(SubmitError::Unavailable));
    shop.appender.stop();
    shop.task.await.unwrap();
    assert_eq!(
        shop.appender.submit(drafts("demo", 1..=1)).await,
        Err(SubmitError::Stopping)
    );
}

#[tokio::test]
async fn a_log_that_cannot_be_read_at_the_start_is_tried_again() {
    let engine = Engine::sqlite();
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=1)).await.unwrap();
    let log = Arc::new(UnreadableAtFirst {
        log: store.log,
        failed: false.into(),
    });
    let doorman = Doorman::default();
    let diary = doorman.diary.clone();
    let (appender, _task) = Appender::start(log, writer, doorman);
    while diary.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(appender.settled().await);
    assert_eq!(
        appender.submit(drafts("demo", 2..=2)).await.unwrap(),
        ["+2"]
    );
}

#[tokio::test]
async fn a_commit_that_hangs_is_no_log_that_can_be_written() {
    let limits = Limits {
        commit_time: Duration::ZERO,
        ..Limits::default()
    };
    let shop = Shop::open(Faults::held_back(), limits).await;
    let hanging = shop.enqueue(1, 0).await;
    shop.faults.until_begun().await;
    while shop.appender.writable() {
        tokio::task::yield_now().await;
    }
    shop.faults.let_all_go_on();
    assert_eq!(hanging.await.unwrap().unwrap(), ["+1"]);
    assert!(shop.appender.writable(), "it only took long");
}
