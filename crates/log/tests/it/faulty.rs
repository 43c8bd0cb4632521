//! A log that fails when it is told to, around a real one.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tasuki_log::{
    Appended, Draft, Head, Log, LogError, Occupancy, Record, Records, Vitals, Writer,
};
use tasuki_race::RaceId;
use tokio::sync::Semaphore;

/// What happens at the next appends, in order; then all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is written.
    Lost,
    /// It is written, but the answer does not arrive.
    AnswerLost,
    /// Nothing is written, and the next recovery fails too.
    Down,
}

/// Steers a [`FaultyWriter`].
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) next: Mutex<Vec<Fault>>,
    /// One permit per append that has begun.
    pub(crate) begun: Option<Semaphore>,
    /// One permit per append that may go on; none: all may.
    pub(crate) go_on: Option<Semaphore>,
}

impl Faults {
    pub(crate) fn in_order(faults: &[Fault]) -> Arc<Self> {
        let next = faults.iter().rev().copied().collect();
        Arc::new(Self {
            next: Mutex::new(next),
            ..Self::default()
        })
    }

    /// Every append waits for a permit.
    pub(crate) fn held_back() -> Arc<Self> {
        let none = || Some(Semaphore::new(0));
        Arc::new(Self {
            begun: none(),
            go_on: none(),
            ..Self::default()
        })
    }

    pub(crate) async fn until_begun(&self) {
        let begun = self.begun.as_ref().expect("held back");
        begun.acquire().await.expect("never closed").forget();
    }

    pub(crate) fn let_all_go_on(&self) {
        self.go_on.as_ref().expect("held back").add_permits(1_000);
    }
}

pub(crate) struct FaultyWriter {
    pub(crate) writer: Box<dyn Writer>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) down: bool,
}

fn unavailable() -> LogError {
    LogError::Unavailable("told to fail".into())
}

#[async_trait]
impl Writer for FaultyWriter {
    async fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, LogError> {
        if let Some(begun) = &self.faults.begun {
            begun.add_permits(1);
        }
        if let Some(go_on) = &self.faults.go_on {
            go_on.acquire().await.expect("never closed").forget();
        }
        let fault = self.faults.next.lock().unwrap().pop();
        match fault {
            None => self.writer.append(drafts).await,
            Some(Fault::Lost) => Err(unavailable()),
            Some(Fault::AnswerLost) => {
                self.writer
                    .append(drafts)
                    .await
                    .expect("the real one writes");
                Err(unavailable())
            }
            Some(Fault::Down) => {
                self.down = true;
                Err(unavailable())
            }
        }
    }

    async fn restore(&mut self, records: Vec<Record>) -> Result<(), LogError> {
        self.writer.restore(records).await
    }

    async fn recover(&mut self) -> Result<(), LogError> {
        if std::mem::take(&mut self.down) {
            return Err(unavailable());
        }
        self.writer.recover().await
    }
}

/// A log whose first look fails.
pub(crate) struct UnreadableAtFirst {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) failed: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl Log for UnreadableAtFirst {
    async fn open_writer(&self) -> Result<Box<dyn Writer>, LogError> {
        self.log.open_writer().await
    }

    async fn races(&self) -> Result<Vec<(RaceId, Head)>, LogError> {
        if !self.failed.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return Err(unavailable());
        }
        self.log.races().await
    }

    async fn head(&self, race: &RaceId) -> Result<Option<Head>, LogError> {
        self.log.head(race).await
    }

    fn read(&self, race: &RaceId, after: u64, until: Option<u64>) -> Records {
        self.log.read(race, after, until)
    }

    fn follow(&self, race: &RaceId, after: u64) -> Records {
        self.log.follow(race, after)
    }

    async fn check(&self) -> Result<(), LogError> {
        self.log.check().await
    }

    fn vitals(&self) -> Vitals {
        self.log.vitals()
    }

    fn occupancy(&self) -> Occupancy {
        self.log.occupancy()
    }
}
