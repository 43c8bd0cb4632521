//! A budget for each caller in each class.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{Quota, RateLimiter};
use tokio_util::sync::CancellationToken;

use crate::limits::exhausted::Exhausted;
use crate::limits::keys::{ADDRESSES_MAX, Keys};
use crate::limits::shares::{Share, Shares};
use crate::limits::{Caller, Class, Limits};
use crate::problem::Problem;

/// Callers that have their whole budget again are forgotten within this: well
/// before anybody can have filled all places twice.
const SHED_EVERY: Duration = Duration::from_secs(10);

/// The budgets of all classes, and who has bodies under way.
pub(crate) struct Budgets {
    classes: [Option<Budget>; Class::ALL.len()],
    bodies: Arc<Shares>,
}

/// The budgets of one class: so many requests a minute each.
struct Budget {
    per_minute: NonZeroU32,
    limiter: RateLimiter<Caller, Keys, DefaultClock>,
}

impl Budgets {
    pub(crate) fn new(limits: &Limits) -> Self {
        let classes = Class::ALL.map(|(class, ..)| {
            let per_minute = limits.per_minute(class)?;
            Some(Budget::new(per_minute, ADDRESSES_MAX))
        });
        Self {
            classes,
            bodies: Shares::new(limits.bodies()),
        }
    }

    /// Takes a request from the caller's budget, if there is one left in it.
    pub(crate) fn spend(&self, class: Class, caller: &Caller) -> Result<(), Exhausted> {
        let Some(budget) = &self.classes[class as usize] else {
            return Ok(());
        };
        budget.spend(caller).map_err(|wait| Exhausted {
            class,
            per_minute: budget.per_minute,
            wait,
        })
    }

    /// What a caller holds who sends a body: none where its kind has none.
    pub(crate) fn hold(&self, class: Class, caller: Caller) -> Result<Option<Share>, Problem> {
        if !matches!(class, Class::Entry | Class::Write | Class::Login) {
            return Ok(None);
        }
        let share = self.bodies.take(caller).ok_or_else(|| {
            Problem::too_many_requests(
                "you have as many requests under way as you may have; wait for their answers",
            )
        })?;
        Ok(Some(share))
    }

    /// Forgets who has its whole budget.
    fn shed(&self) {
        for budget in self.classes.iter().flatten() {
            budget.limiter.retain_recent();
            budget.limiter.shrink_to_fit();
        }
    }
}

impl Budget {
    fn new(per_minute: NonZeroU32, addresses_max: usize) -> Self {
        let keys = Keys::new(addresses_max);
        let limiter =
            RateLimiter::new(Quota::per_minute(per_minute), keys, DefaultClock::default());
        Self {
            per_minute,
            limiter,
        }
    }

    /// Or says after how long there will be one.
    fn spend(&self, caller: &Caller) -> Result<(), Duration> {
        let spent = self.limiter.check_key(caller);
        spent.map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }
}

/// Keeps the budgets' memory to those who call, until `stop`.
pub(crate) async fn shed_for_ever(budgets: Arc<Budgets>, stop: CancellationToken) {
    let shedding = async {
        loop {
            tokio::time::sleep(SHED_EVERY).await;
            budgets.shed();
        }
    };
    stop.run_until_cancelled(shedding).await;
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use uuid::Uuid;

    use super::*;

    fn budget(per_minute: u32, addresses_max: usize) -> Budget {
        Budget::new(
            NonZeroU32::new(per_minute).expect("not none"),
            addresses_max,
        )
    }

    fn at(number: u32) -> Caller {
        Caller::at(Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn each_caller_has_a_budget_of_its_own() {
        let budget = budget(2, 10);
        for caller in [Caller::Admin, Caller::Device(Uuid::nil()), at(1), at(2)] {
            assert!(budget.spend(&caller).is_ok());
            assert!(budget.spend(&caller).is_ok());
            let wait = budget.spend(&caller).expect_err("nothing is left");
            assert!(wait <= Duration::from_secs(30), "{wait:?}");
            assert!(wait > Duration::from_secs(20), "{wait:?}");
        }
    }

    #[test]
    fn addresses_beyond_what_is_kept_share_a_budget_and_nobody_else_notices() {
        let budget = budget(2, 3);
        for number in 0..3 {
            assert!(budget.spend(&at(number)).is_ok());
        }
        assert!(budget.spend(&at(3)).is_ok());
        assert!(budget.spend(&at(4)).is_ok());
        assert!(budget.spend(&at(5)).is_err());
        assert_eq!(budget.limiter.len(), 3);
        for caller in [at(0), at(2), Caller::Admin, Caller::Device(Uuid::nil())] {
            assert!(budget.spend(&caller).is_ok(), "{caller:?}");
        }
    }

    #[test]
    fn who_has_its_whole_budget_again_is_forgotten() {
        let budget = budget(60_000, 10);
        assert!(budget.spend(&at(1)).is_ok());
        // A request a millisecond: after a few it is as if there had been none.
        while !budget.limiter.is_empty() {
            budget.limiter.retain_recent();
        }
        let slow = self::budget(1, 10);
        assert!(slow.spend(&at(1)).is_ok());
        slow.limiter.retain_recent();
        assert_eq!(slow.limiter.len(), 1);
    }
}
