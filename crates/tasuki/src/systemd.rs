//! What a service manager that started this process is told, where there is one
//! (`Type=notify` of systemd): when it serves, that it lives, when it reloads and stops.
//!
//! Where nobody listens, nothing is sent. What cannot be sent is logged and does no harm
//! to the race.

use std::time::Duration;

use sd_notify::NotifyState;
use tasuki_server::Pulse;

/// A sign of life is due after this part of the time after which it is missed: one may
/// be late.
const SIGNS_PER_TIME: u32 = 3;

/// Whether somebody listens.
pub(crate) fn is_listening() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Everyone is answered from now on.
pub(crate) fn ready(status: &str) {
    notify(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Something is read again; `ready` follows.
pub(crate) fn reloading() {
    let mut states = vec![NotifyState::Reloading];
    states.extend(NotifyState::monotonic_usec_now().ok());
    notify(&states);
}

/// The stop has begun.
pub(crate) fn stopping() {
    let status = NotifyState::Status("saying goodbye to viewers");
    notify(&[NotifyState::Stopping, status]);
}

/// Gives signs of life as long as the server answers, where they are waited for.
pub(crate) async fn give_signs(pulse: Pulse) {
    let Some(time) = sd_notify::watchdog_enabled() else {
        return;
    };
    let every = time / SIGNS_PER_TIME;
    loop {
        if is_felt(&pulse, every).await {
            notify(&[NotifyState::Watchdog]);
        } else {
            tracing::error!("the server does not answer itself: no sign of life is given");
        }
        tokio::time::sleep(every).await;
    }
}

async fn is_felt(pulse: &Pulse, within: Duration) -> bool {
    let felt = tokio::time::timeout(within, pulse.is_felt()).await;
    felt.unwrap_or(false)
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager was not told");
    }
}
