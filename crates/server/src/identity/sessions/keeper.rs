//! Who is logged in: asked of the database, and remembered for five minutes.
//!
//! What is remembered carries the number of the generation in which it was asked
//! for. Whenever a session ends or a role changes, a new generation begins, and
//! nothing older holds any more, also what is being read at that moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;
use prometheus_client::metrics::counter::Counter;
use tasuki_log::{LogError, People, Session, User};
use tasuki_race::Instant;

use crate::clock::now;
use crate::identity::authority::{Authority, Person, Who};
use crate::identity::sessions::seal::{Seal, SessionHash};
use crate::identity::sessions::{IDLE_MAX, LIFETIME_MAX};

/// A session is remembered for so long; a role that was taken away by hand in the
/// database, past all triggers, holds no longer either.
const REMEMBERED: Duration = Duration::from_secs(300);
/// Sessions remembered at once: a large race office many times over.
const REMEMBERED_MAX: u64 = 10_000;

/// Knows who is logged in.
pub(crate) struct Sessions {
    seal: Seal,
    remembered: Cache<SessionHash, Answer>,
    generation: AtomicU64,
    /// Asked of the memory, and found there.
    pub(crate) hits: Counter,
    /// Asked of the memory, and then of the database.
    pub(crate) misses: Counter,
}

/// What the database said of a session: also that there is none.
#[derive(Clone)]
struct Answer {
    generation: u64,
    authority: Option<Arc<Authority>>,
}

impl Sessions {
    pub(crate) fn new(seal: Seal) -> Self {
        Self {
            seal,
            remembered: Cache::builder()
                .max_capacity(REMEMBERED_MAX)
                .time_to_live(REMEMBERED)
                .build(),
            generation: AtomicU64::new(0),
            hits: Counter::default(),
            misses: Counter::default(),
        }
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Which session a cookie names, if it is one that this server made.
    pub(crate) fn recognise(&self, cookie: &str) -> Option<SessionHash> {
        self.seal.open(cookie)
    }

    /// Whose session it is, if it goes on.
    pub(crate) async fn find(
        &self,
        people: &dyn People,
        hash: SessionHash,
        remembers: bool,
    ) -> Result<Option<Arc<Authority>>, LogError> {
        if !remembers {
            return Ok(authority(people.session(&hash).await?));
        }
        let generation = self.generation.load(Ordering::Acquire);
        let known = self.remembered.get(&hash);
        if let Some(known) = known.filter(|known| known.generation == generation) {
            self.hits.inc();
            return Ok(known.authority.filter(|authority| goes_on(authority)));
        }
        self.misses.inc();
        let authority = authority(people.session(&hash).await?);
        let answer = Answer {
            generation,
            authority: authority.clone(),
        };
        self.remembered.insert(hash, answer);
        Ok(authority)
    }

    /// Holds nothing for true any more that was asked for before.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

/// What a session is good for, unless it is over.
fn authority(found: Option<(Session, User)>) -> Option<Arc<Authority>> {
    let (session, user) = found?;
    if now() >= after(session.last_used_at, IDLE_MAX) {
        return None;
    }
    let authority = Authority {
        who: Who::Person(Person {
            id: user.id,
            name: user.name,
            session: session.hash,
            ends_at: after(session.created_at, LIFETIME_MAX),
        }),
        role: user.role,
    };
    goes_on(&authority).then(|| Arc::new(authority))
}

fn goes_on(authority: &Authority) -> bool {
    authority.person().is_some_and(|it| now() < it.ends_at)
}

/// So long after a moment.
pub(super) fn after(moment: Instant, time: Duration) -> Instant {
    let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    Instant::from_ms(moment.ms().saturating_add(ms))
}
