//! The one that appends: a thread with a connection of its own, since SQLite
//! blocks while it syncs, and a handle that sends it one batch at a time.

use std::thread;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::connections::connect_to_write;
use super::lock::WriterLock;
use super::writing::{take_epoch, write};
use crate::batch::{Batch, Plan, Tips};
use crate::contract::Writer;
use crate::error::LogError;
use crate::record::{Appended, Draft, Record};

/// One command at a time: the handle waits for the answer before the next.
const COMMANDS_MAX: usize = 1;

type Answer<T> = oneshot::Sender<Result<T, LogError>>;

enum Command {
    Write(Batch, Answer<Vec<Appended>>),
    Recover(Answer<()>),
}

/// The handle.
pub(super) struct SqliteWriter {
    commands: mpsc::Sender<Command>,
    /// False while an answer is outstanding, and after one that says nothing
    /// about what was written.
    usable: bool,
}

impl SqliteWriter {
    /// Starts the thread, which keeps `lock` until the handle is dropped.
    pub(super) async fn start(
        lock: WriterLock,
        appended: watch::Sender<()>,
    ) -> Result<Self, LogError> {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let worker = Worker {
            session: None,
            lock,
            appended,
        };
        thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || worker.run(inbox))
            .map_err(LogError::unavailable)?;
        let mut writer = Self {
            commands,
            usable: false,
        };
        writer.recover().await?;
        Ok(writer)
    }

    async fn write(&mut self, batch: Batch) -> Result<Vec<Appended>, LogError> {
        if !self.usable {
            return Err(LogError::unavailable("the writer has not recovered yet"));
        }
        self.usable = false;
        let result = self.ask(|answer| Command::Write(batch, answer)).await;
        self.usable = result
            .as_ref()
            .err()
            .is_none_or(LogError::leaves_the_writer_usable);
        result
    }

    async fn ask<T>(&self, command: impl FnOnce(Answer<T>) -> Command) -> Result<T, LogError> {
        let (answer, reply) = oneshot::channel();
        let sent = self.commands.send(command(answer)).await;
        sent.map_err(|_| LogError::unavailable("the writer's thread has ended"))?;
        reply.await.map_err(LogError::unavailable)?
    }
}

#[async_trait]
impl Writer for SqliteWriter {
    async fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, LogError> {
        self.write(Batch::Append(drafts)).await
    }

    async fn restore(&mut self, records: Vec<Record>) -> Result<(), LogError> {
        self.write(Batch::Restore(records)).await.map(drop)
    }

    async fn recover(&mut self) -> Result<(), LogError> {
        self.usable = false;
        self.ask(Command::Recover).await?;
        self.usable = true;
        Ok(())
    }
}

struct Worker {
    // Dropped in this order: the connection is closed before the lock is given back.
    session: Option<Session>,
    lock: WriterLock,
    appended: watch::Sender<()>,
}

/// What one epoch knows.
struct Session {
    connection: Connection,
    epoch: i64,
    tips: Tips,
}

impl Worker {
    fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        // Whoever asked may have gone; what was done stays done.
        while let Some(command) = inbox.blocking_recv() {
            match command {
                Command::Write(batch, answer) => drop(answer.send(self.write(batch))),
                Command::Recover(answer) => drop(answer.send(self.recover())),
            }
        }
    }

    fn recover(&mut self) -> Result<(), LogError> {
        self.session = None;
        let mut connection = connect_to_write(self.lock.database())?;
        let epoch = take_epoch(&mut connection)?;
        self.session = Some(Session {
            connection,
            epoch,
            tips: Tips::new(),
        });
        Ok(())
    }

    fn write(&mut self, batch: Batch) -> Result<Vec<Appended>, LogError> {
        let session = self.session.as_mut();
        let Session {
            connection,
            epoch,
            tips,
        } = session.ok_or_else(|| LogError::unavailable("the database is not open"))?;
        let Plan {
            tips: moved,
            outcomes,
            fresh,
        } = write(connection, *epoch, tips, batch)?;
        tips.extend(moved);
        if !fresh.is_empty() {
            self.appended.send_replace(());
        }
        Ok(outcomes)
    }
}
