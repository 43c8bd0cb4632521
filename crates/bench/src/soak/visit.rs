//! How somebody comes, what is asked for, and how it leaves.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_bench::relay;

use crate::plan::Plan;
use crate::recording::CATEGORY;

/// One visit.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The selection.
    pub(crate) query: String,
    pub(crate) gzip: bool,
    /// It goes on where the last visit ended.
    pub(crate) resumes: bool,
    /// It reads seldom.
    pub(crate) pauses: bool,
    pub(crate) stay: Duration,
    pub(crate) leaving: Leaving,
}

/// How a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// Both ways at once, as when a page is closed.
    Close,
    /// It says no more, and waits for the server to end it too.
    HalfClose,
    /// Thrown away with what is under way.
    Reset,
}

impl Visit {
    pub(crate) fn draw(plan: &Plan, rng: &mut StdRng) -> Self {
        let query = match rng.random_range(0..20) {
            0..12 => String::new(),
            12..15 => "?top=5".to_owned(),
            15..17 => format!("?category={CATEGORY}"),
            // Few enough that some of them watch the same.
            _ => {
                let first = rng.random_range(1..relay::TEAMS);
                format!("?bibs={first},{}", first + 1)
            }
        };
        let leaving = match rng.random_range(0..5) {
            0 => Leaving::HalfClose,
            1 => Leaving::Reset,
            _ => Leaving::Close,
        };
        Self {
            query,
            leaving,
            gzip: rng.random_bool(0.3),
            resumes: rng.random_bool(0.5),
            pauses: rng.random_bool(0.05),
            stay: about(plan.stay_mean(), rng),
        }
    }
}

/// A time that is independent of how long one has waited already.
pub(crate) fn about(mean: Duration, rng: &mut StdRng) -> Duration {
    mean.mul_f64(-(1.0 - rng.random::<f64>()).ln())
}
