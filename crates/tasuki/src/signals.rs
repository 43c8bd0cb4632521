//! SIGTERM and SIGINT: the first asks for a graceful stop, the second for an
//! immediate one. SIGHUP: something is to be read again.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// Hears the signals that end the program.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on the signals no longer end the process by themselves.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self {
            terminate: hear(SignalKind::terminate())?,
            interrupt: hear(SignalKind::interrupt())?,
        })
    }

    /// The next of either.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Hears SIGHUP, which otherwise ends a process whose terminal was closed.
pub(crate) struct Hangups(Signal);

impl Hangups {
    /// From here on the signal no longer ends the process.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self(hear(SignalKind::hangup())?))
    }

    /// The next of them.
    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}

fn hear(kind: SignalKind) -> Result<Signal, Failure> {
    Ok(signal(kind).context("cannot listen for signals")?)
}
