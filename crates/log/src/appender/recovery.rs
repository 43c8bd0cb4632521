//! Getting back to a state that is known: the writer's, and the gate's.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::time::sleep;

use super::Gate;
use crate::contract::{Log, Writer};
use crate::error::LogError;

/// The first pause: a database that restarts may be back at once.
const BACKOFF_FIRST: Duration = Duration::from_millis(100);
/// The longest pause: how much longer than necessary recording may be down.
const BACKOFF_MAX: Duration = Duration::from_secs(3);

pub(super) struct Recovery<G> {
    pub(super) log: Arc<dyn Log>,
    pub(super) writer: Box<dyn Writer>,
    pub(super) gate: G,
}

impl<G: Gate> Recovery<G> {
    /// Tries until it has worked. May be dropped at any point and begun again.
    pub(super) async fn until_recovered(&mut self) {
        let mut pause = BACKOFF_FIRST;
        while let Err(error) = self.try_recover().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                retry_in_ms = pause.as_millis(),
                "the log cannot be written yet"
            );
            sleep(pause).await;
            pause = (pause * 2).min(BACKOFF_MAX);
        }
    }

    async fn try_recover(&mut self) -> Result<(), LogError> {
        self.writer.recover().await?;
        self.catch_up().await
    }

    /// Shows the gate every record that it has not seen. With the right to
    /// append in hand nothing can be added meanwhile.
    pub(super) async fn catch_up(&mut self) -> Result<(), LogError> {
        for (race, head) in self.log.races().await? {
            let known = self.gate.known(&race);
            if known >= head.seq {
                continue;
            }
            let mut records = self.log.read(&race, known, Some(head.seq));
            while let Some(record) = records.next().await {
                self.gate.missed(record?);
            }
        }
        Ok(())
    }
}
