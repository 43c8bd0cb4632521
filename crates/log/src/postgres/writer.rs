//! The one that appends. It keeps a [`Session`] for as long as every answer
//! says what was written; after any other it gives the session up, which ends
//! the connection and with it the transaction and the lock.

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::time::timeout;

use super::connect::Server;
use super::session::Session;
use crate::batch::{Batch, Plan, Tips};
use crate::contract::Writer;
use crate::error::LogError;
use crate::record::{Appended, Draft, Record};

pub(super) struct PostgresWriter {
    server: Server,
    session: Option<Session>,
    tips: Tips,
    appended: watch::Sender<()>,
}

impl PostgresWriter {
    pub(super) async fn open(
        server: Server,
        appended: watch::Sender<()>,
    ) -> Result<Self, LogError> {
        let mut writer = Self {
            server,
            session: None,
            tips: Tips::new(),
            appended,
        };
        writer.recover().await?;
        Ok(writer)
    }

    async fn write(&mut self, batch: Batch) -> Result<Vec<Appended>, LogError> {
        // Taken out, and put back only with a clear answer: if this future is
        // dropped midway the session goes with it.
        let session = self.session.take();
        let session =
            session.ok_or_else(|| LogError::unavailable("the writer has not recovered yet"))?;
        let written = timeout(self.server.patience(), session.write(&self.tips, batch)).await;
        match written.map_err(LogError::unavailable).flatten() {
            Ok(Plan {
                fresh,
                tips,
                outcomes,
            }) => {
                self.session = Some(session);
                self.tips.extend(tips);
                if !fresh.is_empty() {
                    self.appended.send_replace(());
                }
                Ok(outcomes)
            }
            Err(error) => {
                self.session = Some(session).filter(|_| error.leaves_the_writer_usable());
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Writer for PostgresWriter {
    async fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, LogError> {
        self.write(Batch::Append(drafts)).await
    }

    async fn restore(&mut self, records: Vec<Record>) -> Result<(), LogError> {
        self.write(Batch::Restore(records)).await.map(drop)
    }

    async fn recover(&mut self) -> Result<(), LogError> {
        self.session = None;
        self.tips.clear();
        let opened = timeout(self.server.patience(), Session::open(&self.server)).await;
        self.session = Some(opened.map_err(LogError::unavailable).flatten()?);
        Ok(())
    }
}
