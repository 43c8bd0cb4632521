//! Reads in pages, so that a slow reader costs the database nothing: no
//! connection, no transaction and at most one page of memory is kept while
//! the consumer is busy with what it has.

use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use async_trait::async_trait;
use tasuki_race::RaceId;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::contract::Records;
use crate::error::LogError;
use crate::record::Record;

/// Most records in a page: enough that the query's own cost does not show.
pub(crate) const PAGE_ROWS_MAX: u32 = 1_000;
/// A page ends with the record that passes this size, so that it holds at
/// most this and one fact more.
pub(crate) const PAGE_BYTES: usize = 1024 * 1024;
/// How often a follower looks for what another process appended. What this
/// process appends wakes it at once.
const FOLLOW_POLL: Duration = Duration::from_millis(200);

/// An engine that can read a page.
#[async_trait]
pub(crate) trait Pages: Send + Sync + 'static {
    /// The first records of `after < seq <= until`; none if there are none.
    async fn page(&self, race: &RaceId, after: u64, until: u64) -> Result<Vec<Record>, LogError>;

    /// Changes whenever this process has appended.
    fn appended(&self) -> watch::Receiver<()>;
}

/// The records of `after < seq <= until`.
pub(crate) fn read(
    pages: Arc<impl Pages>,
    race: RaceId,
    mut after: u64,
    until: Option<u64>,
) -> Records {
    let until = until.unwrap_or(u64::MAX);
    Box::pin(stream! {
        while after < until {
            match pages.page(&race, after, until).await {
                Ok(page) if page.is_empty() => break,
                Ok(page) => for record in page {
                    after = record.seq;
                    yield Ok(record);
                },
                Err(error) => {
                    yield Err(error);
                    break;
                }
            }
        }
    })
}

/// The records behind `after`, for ever.
pub(crate) fn follow(pages: Arc<impl Pages>, race: RaceId, mut after: u64) -> Records {
    Box::pin(stream! {
        let mut appended = pages.appended();
        loop {
            // Noted before reading, so that nothing between the two is slept over.
            appended.mark_unchanged();
            match pages.page(&race, after, u64::MAX).await {
                Ok(page) if page.is_empty() => {
                    // Either way it is time to look again.
                    let _ = timeout(FOLLOW_POLL, appended.changed()).await;
                }
                Ok(page) => for record in page {
                    after = record.seq;
                    yield Ok(record);
                },
                Err(error) => {
                    yield Err(error);
                    sleep(FOLLOW_POLL).await;
                }
            }
        }
    })
}
