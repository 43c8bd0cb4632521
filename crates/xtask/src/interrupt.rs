//! Ctrl-C and its relatives, as a question that whoever waits asks now and then.
//!
//! The handler only raises a flag. Nobody calls `exit`, so a server that was started
//! is stopped, and its directory removed, by the same drops as at a normal end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How often a wait looks at the flag: at once for a person, nothing for a processor.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Whether somebody asked this process to end.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes over the signals that would otherwise end the process on the spot.
    pub(crate) fn catch() -> Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&flag))
                .context("cannot handle signals")?;
        }
        Ok(Self(flag))
    }

    /// Whether a signal has come.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns when a signal has come.
    pub(crate) fn wait(&self) {
        while !self.came() {
            thread::sleep(POLL);
        }
    }
}

#[cfg(test)]
impl Interrupt {
    /// One that came already (`true`) or never comes.
    pub(crate) fn fixed(came: bool) -> Self {
        Self(Arc::new(AtomicBool::new(came)))
    }
}
