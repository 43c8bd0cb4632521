//! When devices and sessions were used last: noted in memory at each request, and
//! written down once a minute, all together.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tasuki_log::Uses;
use tasuki_race::Instant;
use uuid::Uuid;

use crate::clock::now;
use crate::identity::sessions::{IDLE_MAX, LIFETIME_MAX, SessionHash};
use crate::state::AppState;

/// Between two times that it is written down.
const NOTE_EVERY: Duration = Duration::from_secs(60);
/// Sessions that are over are forgotten so often.
const FORGET_EVERY: u32 = 60;

/// What was used since it was written down last: as many as there are good tokens and
/// sessions at most.
#[derive(Default)]
pub(crate) struct LastUses(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    devices: HashMap<Uuid, Instant>,
    sessions: HashMap<SessionHash, Instant>,
}

impl LastUses {
    pub(crate) fn device(&self, id: Uuid, at: Instant) {
        self.noted().devices.insert(id, at);
    }

    pub(crate) fn session(&self, hash: SessionHash, at: Instant) {
        self.noted().sessions.insert(hash, at);
    }

    /// When a device was used, if that is not written down yet.
    pub(crate) fn of_device(&self, id: Uuid) -> Option<Instant> {
        self.noted().devices.get(&id).copied()
    }

    fn take(&self) -> Uses {
        let Noted { devices, sessions } = std::mem::take(&mut *self.noted());
        Uses {
            devices: devices.into_iter().collect(),
            sessions: sessions.into_iter().collect(),
        }
    }

    /// Gives back what could not be written down, where nothing later was noted.
    fn give_back(&self, uses: Uses) {
        let mut noted = self.noted();
        for (id, at) in uses.devices {
            noted.devices.entry(id).or_insert(at);
        }
        for (hash, at) in uses.sessions {
            noted.sessions.entry(hash).or_insert(at);
        }
    }

    // A plain lock: nothing awaits inside.
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what was used since the last time.
pub(crate) async fn write_down(state: &AppState) {
    let uses = state.uses.take();
    if uses == Uses::default() {
        return;
    }
    if let Err(error) = state.people.note_uses(&uses).await {
        let error = &error as &dyn std::error::Error;
        tracing::debug!(error, "what was used when could not be written down");
        state.uses.give_back(uses);
    }
}

/// Writes it down once a minute, and forgets sessions that are over, until the server
/// stops.
pub(crate) async fn keep_notes(state: AppState) {
    let mut minutes: u32 = 0;
    loop {
        tokio::select! {
            () = state.stop.cancelled() => return,
            () = tokio::time::sleep(NOTE_EVERY) => {}
        }
        write_down(&state).await;
        if minutes.is_multiple_of(FORGET_EVERY) {
            forget(&state).await;
        }
        minutes = minutes.wrapping_add(1);
    }
}

async fn forget(state: &AppState) {
    let before = |time: Duration| {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Instant::from_ms(now().ms() - ms)
    };
    let forgetting = state
        .people
        .forget_sessions(before(LIFETIME_MAX), before(IDLE_MAX));
    if let Err(error) = forgetting.await {
        let error = &error as &dyn std::error::Error;
        tracing::debug!(error, "sessions that are over could not be forgotten");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_down_is_noted_still_unless_something_later_was() {
        let uses = LastUses::default();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        uses.device(one, Instant::from_ms(1));
        uses.device(two, Instant::from_ms(1));
        let taken = uses.take();
        assert_eq!(taken.devices.len(), 2);
        assert_eq!(uses.of_device(one), None);
        uses.device(two, Instant::from_ms(2));
        uses.give_back(taken);
        assert_eq!(uses.of_device(one), Some(Instant::from_ms(1)));
        assert_eq!(uses.of_device(two), Some(Instant::from_ms(2)));
    }
}
