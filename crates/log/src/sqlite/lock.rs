//! The right to append, as a lock on a file beside the database.
//!
//! The operating system gives the lock back when the process ends, however it
//! ends. The file itself stays: removing it would let two processes lock two
//! files of the same name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::LogError;

/// How often a held lock is tried again.
const RETRY: Duration = Duration::from_millis(50);

/// Keeps every other process from appending, for as long as it lives.
#[derive(Debug)]
pub(super) struct WriterLock {
    // Kept open: closing it gives the lock back.
    _file: File,
    database: PathBuf,
}

impl WriterLock {
    /// Waits up to `wait` for the right to append to `database`.
    pub(super) async fn take(database: &Path, wait: Duration) -> Result<Self, LogError> {
        let mut file = open(database).map_err(LogError::unavailable)?;
        let deadline = Instant::now() + wait;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(LogError::unavailable(error)),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(RETRY).await,
                Err(TryLockError::WouldBlock) => {
                    let (holder, waited_ms) = (read_holder(&mut file), wait.as_millis());
                    return Err(LogError::Held { holder, waited_ms });
                }
            }
        }
        sign(&mut file).map_err(LogError::unavailable)?;
        Ok(Self {
            _file: file,
            database: database.to_owned(),
        })
    }

    /// The database that may be appended to.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }
}

fn open(database: &Path) -> std::io::Result<File> {
    let mut path = database.as_os_str().to_owned();
    path.push("-writer.lock");
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Leaves the process's number for whoever finds the lock taken.
fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn read_holder(file: &mut File) -> String {
    const PID_CHARS_MAX: u64 = 20;
    let mut text = String::new();
    // Only for the message: an unreadable file is as good as an empty one.
    let _ = file
        .rewind()
        .and_then(|()| file.take(PID_CHARS_MAX).read_to_string(&mut text));
    match text.trim().parse::<u32>() {
        Ok(pid) => format!("process {pid}"),
        Err(_) => "an unknown process".to_owned(),
    }
}
