//! The log: can it be written, how much waits for that, how long it takes.

use std::sync::atomic::Ordering;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tasuki_log::Spreads;

use super::set;
use crate::state::AppState;

#[derive(Default)]
pub(super) struct Log {
    writable: Gauge,
    facts: Counter,
    commit_failures: Counter,
    queue_submissions: Gauge,
    queue_submissions_max: Gauge,
    queue_facts: Gauge,
    queue_facts_max: Gauge,
}

impl Log {
    pub(super) fn register(&self, registry: &mut Registry, spreads: &Spreads) {
        let what = "1 while the log can be written, as far as is known, else 0";
        registry.register("log_writable", what, self.writable.clone());
        let what = "Facts committed";
        registry.register("log_facts", what, self.facts.clone());
        let what = "Transactions that failed or whose outcome was unknown";
        registry.register("log_commit_failures", what, self.commit_failures.clone());
        register_spreads(registry, spreads);
        let what = "Submissions waiting for the log";
        let queue = self.queue_submissions.clone();
        registry.register("log_queue_submissions", what, queue);
        let what = "Submissions that may wait; more are refused";
        let max = self.queue_submissions_max.clone();
        registry.register("log_queue_submissions_max", what, max);
        let what = "Facts waiting for the log, or being written";
        registry.register("log_queue_facts", what, self.queue_facts.clone());
        let what = "Facts that may wait; more are refused";
        registry.register("log_queue_facts_max", what, self.queue_facts_max.clone());
    }

    pub(super) fn look(&self, state: &AppState) {
        let (appender, limits) = (&state.appender, state.appender.limits());
        let stats = appender.stats();
        set(&self.writable, u8::from(appender.writable()));
        self.facts.inner().store(stats.facts(), Ordering::Relaxed);
        let failures = stats.failures();
        self.commit_failures
            .inner()
            .store(failures, Ordering::Relaxed);
        set(&self.queue_submissions, appender.waiting());
        set(&self.queue_submissions_max, limits.queue_submissions);
        set(&self.queue_facts, appender.waiting_facts());
        set(&self.queue_facts_max, limits.queue_facts);
    }
}

fn register_spreads(registry: &mut Registry, spreads: &Spreads) {
    let Spreads {
        append,
        commit,
        submissions,
        facts,
    } = spreads;
    let what = "Time from handing a submission in until it is durable and answered";
    registry.register_with_unit("log_append_duration", what, Unit::Seconds, append.clone());
    let what = "Time that a transaction of the log took";
    registry.register_with_unit("log_commit_duration", what, Unit::Seconds, commit.clone());
    let what = "Submissions that shared a transaction";
    registry.register("log_commit_submissions", what, submissions.clone());
    let what = "Facts that a transaction added";
    registry.register("log_commit_facts", what, facts.clone());
}
