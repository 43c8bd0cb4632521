//! Listens to what the database calls out when who may do what has changed.
//!
//! A connection of its own. While it is away, or a pooler in between lets no call
//! through, whoever follows is as late as its own looks.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::poll_fn;
use tokio::sync::watch;
use tokio_postgres::AsyncMessage;

use super::connect::Server;
use crate::error::LogError;

/// Called by the triggers of `V14__identity_changed.sql`.
const LISTEN: &str = "LISTEN tasuki_identity";
/// After a connection was lost, another is tried so often.
const RETRY: Duration = Duration::from_secs(5);

/// Begins to listen, until nobody wants to hear any more.
pub(super) fn listen(server: Server) -> watch::Receiver<()> {
    let (calls, heard) = watch::channel(());
    tokio::spawn(async move {
        let listening = async {
            loop {
                if let Err(error) = hear(&server, &calls).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::debug!(error, "nothing is heard from the database");
                }
                tokio::time::sleep(RETRY).await;
            }
        };
        tokio::select! {
            () = calls.closed() => {}
            () = listening => {}
        }
    });
    heard
}

/// Passes on what is called, until the connection is lost.
async fn hear(server: &Server, calls: &watch::Sender<()>) -> Result<(), LogError> {
    let (client, mut connection) = server.connect_raw().await?;
    let mut messages = poll_fn(move |context| connection.poll_message(context));
    let listening = client.batch_execute(LISTEN);
    tokio::pin!(listening);
    let mut is_listening = false;
    loop {
        tokio::select! {
            listening = &mut listening, if !is_listening => {
                listening?;
                is_listening = true;
                // What was called meanwhile was missed.
                calls.send_replace(());
            }
            message = messages.next() => match message.transpose()? {
                Some(AsyncMessage::Notification(_)) => {
                    calls.send_replace(());
                }
                Some(_) => {}
                None => return Ok(()),
            },
        }
    }
}
