//! How often somebody may try to log in as one user, from wherever.
//!
//! Each address has its budget of the class `login`; who has many addresses would
//! still guess on. So each name has the same budget again. Whoever knows a name could
//! keep its owner out by using that up; therefore an address from which the right
//! password came lately has only its own.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::sync::Cache;

use crate::limits::{Caller, Class, Exhausted, Limits};

/// Names are kept apart in so many budgets, whichever are tried: two share one by
/// chance, and nobody can find out which.
const BUDGETS: usize = 4_096;
/// Pairs of a name and an address from which its password came.
const WELCOME_MAX: u64 = 10_000;
/// For so long after it came.
const WELCOME_TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Refused logins that are written down, a minute: what a flood of them is, one sees
/// by then.
const TOLD_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("more than none");

type Budget = RateLimiter<NotKeyed, InMemoryState, DefaultClock>;

/// The budgets of all names.
pub(crate) struct Accounts {
    per_minute: Option<NonZeroU32>,
    budgets: Vec<Budget>,
    /// Nobody outside knows which names fall together.
    hasher: RandomState,
    welcome: Cache<(u64, Caller), ()>,
    telling: Budget,
    untold: AtomicU64,
}

impl Accounts {
    pub(crate) fn new(limits: &Limits) -> Self {
        let per_minute = limits.per_minute(Class::Login);
        let budget = |quota| RateLimiter::direct(Quota::per_minute(quota));
        let count = if per_minute.is_some() { BUDGETS } else { 0 };
        let quota = per_minute.unwrap_or(NonZeroU32::MIN);
        Self {
            per_minute,
            budgets: (0..count).map(|_| budget(quota)).collect(),
            hasher: RandomState::new(),
            welcome: Cache::builder()
                .max_capacity(WELCOME_MAX)
                .time_to_live(WELCOME_TIME)
                .build(),
            telling: budget(TOLD_PER_MINUTE),
            untold: AtomicU64::new(0),
        }
    }

    /// Takes an attempt from the name's budget, if there is one left in it.
    pub(crate) fn spend(&self, name: &str, from: IpAddr) -> Result<(), Exhausted> {
        let Some(per_minute) = self.per_minute else {
            return Ok(());
        };
        let key = self.hasher.hash_one(name);
        if self.welcome.contains_key(&(key, Caller::at(from))) {
            return Ok(());
        }
        let place = usize::try_from(key % BUDGETS as u64).unwrap_or_default();
        let budget = &self.budgets[place];
        budget.check().map_err(|until| Exhausted {
            class: Class::Login,
            per_minute,
            wait: until.wait_time_from(budget.clock().now()),
        })
    }

    /// The right password came from there.
    pub(crate) fn welcome(&self, name: &str, from: IpAddr) {
        let key = self.hasher.hash_one(name);
        self.welcome.insert((key, Caller::at(from)), ());
    }

    /// Whether a refused login may be written down; if so, how many were not before.
    pub(crate) fn may_tell(&self) -> Option<u64> {
        if self.telling.check().is_ok() {
            return Some(self.untold.swap(0, Ordering::Relaxed));
        }
        self.untold.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        Accounts::new(&"login=3".parse().expect("limits"))
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn a_name_is_guessed_at_no_faster_from_many_addresses() {
        let accounts = accounts();
        for last in 0..3 {
            assert!(accounts.spend("yamada", address(last)).is_ok());
        }
        let exhausted = accounts.spend("yamada", address(9)).expect_err("used up");
        assert!(exhausted.wait <= Duration::from_secs(20), "{exhausted:?}");
        // Two names may share a budget by chance; hardly four.
        let others = ["suzuki", "abe", "ito"];
        let spent = others.map(|name| accounts.spend(name, address(9)));
        assert!(spent.iter().any(Result::is_ok));
    }

    #[test]
    fn who_guesses_keeps_nobody_out_of_their_own_place() {
        let accounts = accounts();
        accounts.welcome("yamada", address(1));
        while accounts.spend("yamada", address(2)).is_ok() {}
        assert!(accounts.spend("yamada", address(1)).is_ok());
        assert!(accounts.spend("yamada", address(3)).is_err());
    }

    #[test]
    fn of_a_flood_of_refused_logins_some_are_told_and_the_rest_counted() {
        let accounts = accounts();
        let told = (0..100).filter_map(|_| accounts.may_tell()).count();
        assert!((30..60).contains(&told), "{told}");
        let untold = accounts.untold.load(Ordering::Relaxed);
        assert_eq!(told as u64 + untold, 100);
    }
}
