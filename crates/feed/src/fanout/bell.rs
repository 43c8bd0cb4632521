//! How a shard is told that something happened.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mio::{Registry, Token, Waker};

use crate::fanout::Newcomer;
use crate::fanout::tally::{Published, Tally};

/// Wakes one shard. Many rings before it looks wake it once.
pub(super) struct Bell {
    waker: Waker,
    rung: AtomicBool,
    // A plain lock: held for a push, or to take everything.
    message: Mutex<Message>,
    viewers: AtomicUsize,
    /// Of them, those that the shard has not let in yet.
    waiting: AtomicUsize,
    /// It goes round viewers that do not have the newest frames yet.
    busy: AtomicBool,
    tally: Published,
}

/// What has happened since the shard looked last.
#[derive(Default)]
pub(super) struct Message {
    pub(super) newcomers: Vec<Newcomer>,
    /// Streams whose view has new frames.
    pub(super) news: Vec<u32>,
    /// The server is about to stop.
    pub(super) bye: bool,
    /// There is no shard any more that would look.
    closed: bool,
}

/// A shard that has viewers of a view, and by which number it knows it.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(super) bell: Arc<Bell>,
    pub(super) stream: u32,
}

impl Bell {
    pub(super) fn new(registry: &Registry, token: Token) -> io::Result<Self> {
        Ok(Self {
            waker: Waker::new(registry, token)?,
            rung: AtomicBool::new(false),
            message: Mutex::default(),
            viewers: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            busy: AtomicBool::new(false),
            tally: Published::default(),
        })
    }

    fn message(&self) -> MutexGuard<'_, Message> {
        self.message.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves word and rings, if there is a shard that looks.
    fn tell(&self, word: impl FnOnce(&mut Message)) {
        let mut message = self.message();
        if message.closed {
            return;
        }
        word(&mut message);
        drop(message);
        // Fails only if the shard has just gone, and then nobody is to be told.
        if !self.rung.swap(true, Ordering::AcqRel) {
            let _ = self.waker.wake();
        }
    }

    /// Who comes when the shard is gone is hung up on, and comes again.
    pub(super) fn admit(&self, newcomer: Newcomer) {
        self.tell(|message| {
            // Counted at once, so that the next goes elsewhere.
            self.viewers.fetch_add(1, Ordering::Relaxed);
            self.waiting.fetch_add(1, Ordering::Relaxed);
            message.newcomers.push(newcomer);
        });
    }

    /// Whether there is a shard that looks.
    pub(super) fn is_heard(&self) -> bool {
        !self.message().closed
    }

    /// By the shard, at its end: nobody is let in to wait for nothing.
    pub(super) fn close(&self) {
        let closed = Message {
            closed: true,
            ..Message::default()
        };
        let left = std::mem::replace(&mut *self.message(), closed);
        self.waiting.store(0, Ordering::Relaxed);
        // Their views are told, which may ring.
        drop(left);
    }

    pub(super) fn say_bye(&self) {
        self.tell(|message| message.bye = true);
    }

    /// By the shard: takes what there is.
    pub(super) fn answer(&self) -> Message {
        // Before looking: what comes in between rings again.
        self.rung.store(false, Ordering::Release);
        std::mem::take(&mut self.message())
    }

    pub(super) fn viewers(&self) -> usize {
        self.viewers.load(Ordering::Relaxed)
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// By the shard: somebody is let in, or turned away.
    pub(super) fn let_in(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// By the shard: somebody is gone.
    pub(super) fn left(&self) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally.get()
    }

    /// By the shard.
    pub(super) fn publish(&self, busy: bool, tally: Tally) {
        self.busy.store(busy, Ordering::Relaxed);
        self.tally.set(tally);
    }
}

impl Listener {
    /// There are new frames.
    pub(crate) fn tell(&self) {
        self.bell.tell(|message| message.news.push(self.stream));
    }
}

impl PartialEq for Listener {
    fn eq(&self, other: &Self) -> bool {
        self.stream == other.stream && Arc::ptr_eq(&self.bell, &other.bell)
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listener({})", self.stream)
    }
}
