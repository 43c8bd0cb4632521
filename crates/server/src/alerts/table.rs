//! Every alert: the same as in `deploy/prometheus/tasuki.rules.yml`, which a test
//! holds against this table, name by name and threshold by threshold.

use crate::alerts::rule::Severity::{Critical, Warning};
use crate::alerts::rule::When::{All, Any, AtLeast, Is, Over, Under};
use crate::alerts::rule::{Part, Rule, Unit};
use crate::alerts::series::Label::{Failed, Is as LabelIs, IsNot, OfJob};
use crate::alerts::series::Measure::{
    Average, Changes, Increase, Least, MoreThan, Now, P95, Rate, Share,
};
use crate::alerts::series::{Measure, Series};

/// What only somebody else can see of a process: that it is not there.
#[cfg(test)]
pub(super) const ELSEWHERE: [&str; 2] = ["TasukiDown", "TasukiUnknown"];

const REQUESTS: &str = "tasuki_http_request_duration_seconds_count";
const REQUEST_BUCKETS: Series =
    Series::all("tasuki_http_request_duration_seconds_bucket").by(&["le"]);
const APPEND_BUCKETS: Series = Series::all("tasuki_log_append_duration_seconds_bucket").by(&["le"]);
const PROJECTION_BUCKETS: Series = Series::all("tasuki_projection_lag_seconds_bucket").by(&["le"]);
const SHOWN_BUCKETS: Series = Series::all("tasuki_shown_lag_seconds_bucket")
    .only(&[LabelIs("views", "shared")])
    .by(&["le"]);
const DELIVERY_BUCKETS: Series = Series::all("tasuki_delivery_lag_seconds_bucket").by(&["le"]);
const CANARY_BUCKETS: Series = Series::all("tasuki_canary_duration_seconds_bucket").by(&["le"]);

/// `/ready` says 503 where that is the answer.
const ANSWERED: Series = Series::all(REQUESTS).only(&[IsNot("route", "/ready")]);
const FAILED: Series = Series::all(REQUESTS).only(&[Failed, IsNot("route", "/ready")]);
const OF_ROUTE: &[&str] = &["method", "route"];

const QUERY_SUM: &str = "tasuki_database_query_duration_seconds_sum";
const QUERY_COUNT: &str = "tasuki_database_query_duration_seconds_count";

const MIN: u32 = 60;
const DAY: f64 = 86_400.0;

/// A gauge as a share of its bound.
macro_rules! of_max {
    ($part:literal, $max:literal) => {
        Share(&Now(Series::one($part)), &Now(Series::one($max)))
    };
}

const SUBMISSIONS: Measure = of_max!(
    "tasuki_log_queue_submissions",
    "tasuki_log_queue_submissions_max"
);
const FACTS: Measure = of_max!("tasuki_log_queue_facts", "tasuki_log_queue_facts_max");
const VIEWERS: Measure = of_max!("tasuki_viewers", "tasuki_viewers_max");
const CONNECTIONS: Measure = of_max!("tasuki_http_connections", "tasuki_http_connections_max");
const MEMORY: Measure = of_max!("tasuki_memory_used_bytes", "tasuki_memory_max_bytes");
const DESCRIPTORS: Measure = Share(
    &Now(Series::one("process_open_fds").only(&[OfJob])),
    &Now(Series::one("process_max_fds")),
);
const CPU: Series = Series::one("process_cpu_seconds_total").only(&[OfJob]);
const PROCESSORS: Measure = Now(Series::one("tasuki_processors"));
const IN_USE: Series = Series::one("tasuki_database_connections_in_use");
const POOL: Measure = Now(Series::one("tasuki_database_connections_max"));

const CERTIFICATE_LEFT: Measure = Now(Series::one("tasuki_tls_certificate_left_seconds"));
const SESSION_HITS: Measure = Rate(Series::one("tasuki_session_cache_hits_total"), 10 * MIN);
const SESSION_MISSES: Measure = Rate(Series::one("tasuki_session_cache_misses_total"), 10 * MIN);

/// Every alert that a process can see by itself, in the order of the file.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "TasukiRestarts",
        severity: Warning,
        when: Over(
            Changes(
                Series::one("process_start_time_seconds").only(&[OfJob]),
                15 * MIN,
            ),
            2.0,
        ),
        for_s: 0,
        unit: Unit::Count,
        summary: "tasuki restarts again and again",
        runbook: "down",
        disturbs: None,
    },
    Rule {
        name: "TasukiLogNotWritable",
        severity: Critical,
        when: Is(Now(Series::one("tasuki_log_writable")), 0.0),
        for_s: 10,
        unit: Unit::Count,
        summary: "nothing can be recorded",
        runbook: "log-not-writable",
        disturbs: Some(Part::Log),
    },
    Rule {
        name: "TasukiCanaryFails",
        severity: Critical,
        when: Over(
            Increase(Series::one("tasuki_canary_failures_total"), MIN),
            1.5,
        ),
        for_s: 0,
        unit: Unit::Count,
        summary: "what is recorded does not come out",
        runbook: "canary",
        disturbs: Some(Part::Stream),
    },
    Rule {
        name: "TasukiCanarySlow",
        severity: Warning,
        when: Over(P95(CANARY_BUCKETS, 5 * MIN), 1.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "what is recorded comes out late",
        runbook: "canary",
        disturbs: None,
    },
    Rule {
        name: "TasukiSlow",
        severity: Warning,
        when: Over(P95(REQUEST_BUCKETS, 5 * MIN), 1.0),
        for_s: 2 * MIN,
        unit: Unit::Ms,
        summary: "answers are slow",
        runbook: "slow",
        disturbs: None,
    },
    Rule {
        name: "TasukiVerySlow",
        severity: Critical,
        when: Over(P95(REQUEST_BUCKETS, 2 * MIN), 3.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "answers are very slow",
        runbook: "slow",
        disturbs: Some(Part::Entry),
    },
    Rule {
        name: "TasukiErrors",
        severity: Warning,
        when: All(&[
            Over(
                Share(&Rate(FAILED, 5 * MIN), &Rate(ANSWERED, 5 * MIN)),
                0.01,
            ),
            AtLeast(Increase(FAILED, 5 * MIN), 3.0),
        ]),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "requests fail",
        runbook: "errors",
        disturbs: None,
    },
    Rule {
        name: "TasukiManyErrors",
        severity: Critical,
        when: All(&[
            Over(
                Share(&Rate(FAILED, 2 * MIN), &Rate(ANSWERED, 2 * MIN)),
                0.05,
            ),
            AtLeast(Increase(FAILED, 2 * MIN), 3.0),
        ]),
        for_s: 30,
        unit: Unit::Permille,
        summary: "many requests fail",
        runbook: "errors",
        disturbs: Some(Part::Entry),
    },
    Rule {
        name: "TasukiRouteFails",
        severity: Warning,
        when: All(&[
            Over(
                Share(
                    &Rate(FAILED.by(OF_ROUTE), 5 * MIN),
                    &Rate(Series::all(REQUESTS).by(OF_ROUTE), 5 * MIN),
                ),
                0.2,
            ),
            AtLeast(Increase(FAILED.by(OF_ROUTE), 5 * MIN), 3.0),
        ]),
        for_s: 10,
        unit: Unit::Permille,
        summary: "one operation fails",
        runbook: "errors",
        disturbs: None,
    },
    Rule {
        name: "TasukiCommitsFail",
        severity: Warning,
        when: Over(
            Increase(Series::one("tasuki_log_commit_failures_total"), 5 * MIN),
            0.0,
        ),
        for_s: 0,
        unit: Unit::Count,
        summary: "a commit failed",
        runbook: "log-not-writable",
        disturbs: None,
    },
    Rule {
        name: "TasukiCommitsSlow",
        severity: Warning,
        when: Over(
            Share(
                &Rate(
                    Series::one("tasuki_log_commit_duration_seconds_sum"),
                    5 * MIN,
                ),
                &Rate(
                    Series::one("tasuki_log_commit_duration_seconds_count"),
                    5 * MIN,
                ),
            ),
            0.5,
        ),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "commits are slow",
        runbook: "log-slow",
        disturbs: None,
    },
    Rule {
        name: "TasukiAppendsSlow",
        severity: Warning,
        when: Over(P95(APPEND_BUCKETS, 5 * MIN), 1.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "recording is slow",
        runbook: "log-slow",
        disturbs: None,
    },
    Rule {
        name: "TasukiLogQueueFills",
        severity: Warning,
        when: Any(&[Over(SUBMISSIONS, 0.5), Over(FACTS, 0.5)]),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "the queue of the log fills",
        runbook: "log-slow",
        disturbs: None,
    },
    Rule {
        name: "TasukiLogQueueNearlyFull",
        severity: Critical,
        when: Any(&[Over(SUBMISSIONS, 0.8), Over(FACTS, 0.8)]),
        for_s: 15,
        unit: Unit::Permille,
        summary: "the queue of the log is nearly full",
        runbook: "log-slow",
        disturbs: Some(Part::Entry),
    },
    Rule {
        name: "TasukiProjectionLags",
        severity: Warning,
        when: Over(P95(PROJECTION_BUCKETS, 5 * MIN), 0.5),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "standings are worked out late",
        runbook: "lag",
        disturbs: None,
    },
    Rule {
        name: "TasukiShownLate",
        severity: Warning,
        when: Over(P95(SHOWN_BUCKETS, 5 * MIN), 1.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "standings are shown late",
        runbook: "lag",
        disturbs: None,
    },
    Rule {
        name: "TasukiShownVeryLate",
        severity: Critical,
        when: Over(P95(SHOWN_BUCKETS, 2 * MIN), 3.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "standings are shown very late",
        runbook: "lag",
        disturbs: Some(Part::Stream),
    },
    Rule {
        name: "TasukiDeliveryLags",
        severity: Warning,
        when: Over(P95(DELIVERY_BUCKETS, 5 * MIN), 1.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "viewers are told late",
        runbook: "lag",
        disturbs: None,
    },
    Rule {
        name: "TasukiDeliveryLagsMuch",
        severity: Critical,
        when: Over(P95(DELIVERY_BUCKETS, 2 * MIN), 3.0),
        for_s: MIN,
        unit: Unit::Ms,
        summary: "viewers are told very late",
        runbook: "lag",
        disturbs: Some(Part::Stream),
    },
    Rule {
        name: "TasukiViewersFallBehind",
        severity: Warning,
        when: Over(
            Share(
                &Rate(Series::one("tasuki_viewers_rebased_total"), 5 * MIN),
                &MoreThan(Series::one("tasuki_viewers"), 100),
            ),
            0.01,
        ),
        for_s: 2 * MIN,
        unit: Unit::Permille,
        summary: "viewers fall behind",
        runbook: "lag",
        disturbs: None,
    },
    Rule {
        name: "TasukiViewersNearMax",
        severity: Warning,
        when: Over(VIEWERS, 0.8),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "viewers near their maximum",
        runbook: "crowd",
        disturbs: None,
    },
    Rule {
        name: "TasukiViewersFull",
        severity: Critical,
        when: Over(VIEWERS, 0.95),
        for_s: 10,
        unit: Unit::Permille,
        summary: "hardly any place for viewers",
        runbook: "crowd",
        disturbs: Some(Part::Stream),
    },
    Rule {
        name: "TasukiViewersWait",
        severity: Warning,
        when: Over(
            Share(
                &Least(Series::one("tasuki_viewers_waiting"), MIN),
                &Now(Series::one("tasuki_viewers_waiting_max")),
            ),
            0.5,
        ),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "viewers wait to be let in",
        runbook: "crowd",
        disturbs: None,
    },
    Rule {
        name: "TasukiConnectionsNearMax",
        severity: Warning,
        when: Over(CONNECTIONS, 0.8),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "connections near their maximum",
        runbook: "crowd",
        disturbs: None,
    },
    Rule {
        name: "TasukiConnectionsFull",
        severity: Critical,
        when: Over(CONNECTIONS, 0.95),
        for_s: 30,
        unit: Unit::Permille,
        summary: "hardly any connection left",
        runbook: "crowd",
        disturbs: Some(Part::Stream),
    },
    Rule {
        name: "TasukiCpuHigh",
        severity: Warning,
        when: Over(Share(&Rate(CPU, 5 * MIN), &PROCESSORS), 0.8),
        for_s: 2 * MIN,
        unit: Unit::Permille,
        summary: "the processors are busy",
        runbook: "cpu",
        disturbs: None,
    },
    Rule {
        name: "TasukiCpuFull",
        severity: Critical,
        when: Over(Share(&Rate(CPU, MIN), &PROCESSORS), 0.95),
        for_s: 30,
        unit: Unit::Permille,
        summary: "the processors are at their end",
        runbook: "cpu",
        // What it does to people, other alerts say.
        disturbs: None,
    },
    Rule {
        name: "TasukiMemoryHigh",
        severity: Warning,
        when: Over(MEMORY, 0.85),
        for_s: 2 * MIN,
        unit: Unit::Permille,
        summary: "memory runs short",
        runbook: "memory",
        disturbs: None,
    },
    Rule {
        name: "TasukiMemoryFull",
        severity: Critical,
        when: Over(MEMORY, 0.95),
        for_s: 30,
        unit: Unit::Permille,
        summary: "memory is nearly full",
        runbook: "memory",
        disturbs: None,
    },
    Rule {
        name: "TasukiDescriptorsNearMax",
        severity: Warning,
        when: Over(DESCRIPTORS, 0.8),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "descriptors near their limit",
        runbook: "descriptors",
        disturbs: None,
    },
    Rule {
        name: "TasukiDescriptorsFull",
        severity: Critical,
        when: Over(DESCRIPTORS, 0.9),
        for_s: 10,
        unit: Unit::Permille,
        summary: "hardly any descriptor left",
        runbook: "descriptors",
        disturbs: None,
    },
    Rule {
        name: "TasukiDatabaseConnectionsHigh",
        severity: Warning,
        when: Over(Share(&Average(IN_USE, 2 * MIN), &POOL), 0.8),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "database connections near their maximum",
        runbook: "pool",
        disturbs: None,
    },
    Rule {
        name: "TasukiDatabaseConnectionsFull",
        severity: Critical,
        when: Over(Share(&Average(IN_USE, 10), &POOL), 0.9),
        for_s: 10,
        unit: Unit::Permille,
        summary: "hardly any database connection left",
        runbook: "pool",
        disturbs: None,
    },
    Rule {
        name: "TasukiDatabaseConnectionsWait",
        severity: Warning,
        when: Over(
            Least(Series::one("tasuki_database_connections_waiting"), MIN),
            0.0,
        ),
        for_s: MIN,
        unit: Unit::Count,
        summary: "queries wait for a connection",
        runbook: "pool",
        disturbs: None,
    },
    Rule {
        name: "TasukiDatabaseUnreachable",
        severity: Critical,
        when: Over(
            Share(
                &Rate(
                    Series::one("tasuki_database_connection_failures_total"),
                    2 * MIN,
                ),
                &Rate(
                    Series::one("tasuki_database_connection_wait_seconds_count"),
                    2 * MIN,
                ),
            ),
            0.01,
        ),
        for_s: 30,
        unit: Unit::Permille,
        summary: "the database cannot be reached",
        runbook: "database",
        disturbs: Some(Part::Log),
    },
    Rule {
        name: "TasukiQueriesSlow",
        severity: Warning,
        when: Over(
            Share(
                &Rate(Series::all(QUERY_SUM).by(&["query"]), MIN),
                &Rate(Series::all(QUERY_COUNT).by(&["query"]), MIN),
            ),
            0.5,
        ),
        for_s: 10,
        unit: Unit::Ms,
        summary: "queries are slow",
        runbook: "slow-query",
        disturbs: None,
    },
    Rule {
        name: "TasukiQueriesFail",
        severity: Warning,
        when: Over(
            Share(
                &Rate(Series::all("tasuki_database_query_failures_total"), 5 * MIN),
                &Rate(Series::all(QUERY_COUNT), 5 * MIN),
            ),
            0.01,
        ),
        for_s: MIN,
        unit: Unit::Permille,
        summary: "queries fail",
        runbook: "database",
        disturbs: None,
    },
    Rule {
        name: "TasukiCertificateExpires",
        severity: Warning,
        when: Under(CERTIFICATE_LEFT, 14.0 * DAY),
        for_s: MIN,
        unit: Unit::Seconds,
        summary: "the certificate expires",
        runbook: "certificate",
        disturbs: None,
    },
    Rule {
        name: "TasukiCertificateExpiresSoon",
        severity: Critical,
        when: Under(CERTIFICATE_LEFT, 2.0 * DAY),
        for_s: MIN,
        unit: Unit::Seconds,
        summary: "the certificate expires very soon",
        runbook: "certificate",
        disturbs: None,
    },
    Rule {
        name: "TasukiCertificateRefused",
        severity: Warning,
        when: Is(Now(Series::one("tasuki_tls_certificate_refused")), 1.0),
        for_s: MIN,
        unit: Unit::Count,
        summary: "the new certificate cannot be used",
        runbook: "certificate",
        disturbs: None,
    },
    Rule {
        name: "TasukiSessionCacheMisses",
        severity: Warning,
        when: All(&[
            Over(Share(&SESSION_MISSES, &SESSION_HITS), 1.0),
            Over(SESSION_MISSES, 0.1),
        ]),
        for_s: 2 * MIN,
        unit: Unit::Permille,
        summary: "sessions are looked up in the database",
        runbook: "sessions",
        disturbs: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../../deploy/prometheus/tasuki.rules.yml");

    /// One rule of the file.
    struct Written<'f> {
        name: &'f str,
        text: &'f str,
    }

    impl<'f> Written<'f> {
        fn all() -> Vec<Written<'f>> {
            let rules = FILE.split("- alert: ").skip(1);
            let rule = |text: &'f str| {
                let (name, text) = text.split_once('\n').expect("a rule");
                Written { name, text }
            };
            rules.map(rule).collect()
        }

        /// What stands behind a key, in its line.
        fn value(&self, key: &str) -> Option<&'f str> {
            let mut lines = self.text.lines().map(str::trim);
            lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
        }

        /// The condition, without what may be written in several ways.
        fn condition(&self) -> String {
            let (_, rest) = self.text.split_once("expr:").expect("a condition");
            let ends = ["        for:", "        labels:"];
            let end = ends.iter().filter_map(|end| rest.find(end)).min();
            bare(rest[..end.expect("labels")].trim_start_matches([' ', '|']))
        }
    }

    /// Without blanks and brackets.
    fn bare(condition: &str) -> String {
        let is_meant = |c: &char| !c.is_whitespace() && !"()".contains(*c);
        condition.chars().filter(is_meant).collect()
    }

    fn seconds(time: Option<&str>) -> u32 {
        let Some(time) = time else { return 0 };
        match time.strip_suffix('m') {
            Some(minutes) => minutes.parse::<u32>().expect("minutes") * 60,
            None => time.trim_end_matches('s').parse().expect("seconds"),
        }
    }

    #[test]
    fn the_table_says_what_the_rules_for_prometheus_say() {
        let written = Written::all();
        let (elsewhere, seen): (Vec<_>, Vec<_>) = written
            .iter()
            .partition(|rule| ELSEWHERE.contains(&rule.name));
        assert_eq!(elsewhere.len(), ELSEWHERE.len());
        let names: Vec<_> = seen.iter().map(|rule| rule.name).collect();
        let ours: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(ours, names);
        for (rule, written) in RULES.iter().zip(seen) {
            let name = rule.name;
            assert_eq!(
                Some(rule.severity.name()),
                written.value("severity"),
                "{name}"
            );
            assert_eq!(rule.for_s, seconds(written.value("for")), "{name}");
            assert_eq!(bare(&rule.when.to_string()), written.condition(), "{name}");
            assert_eq!(Some(rule.summary), written.value("summary"), "{name}");
            let runbook = rule.runbook_path();
            assert_eq!(Some(&*runbook), written.value("runbook_url"), "{name}");
        }
    }

    #[test]
    fn what_disturbs_people_is_critical() {
        let disturbing = RULES.iter().filter(|rule| rule.disturbs.is_some());
        for rule in disturbing {
            assert_eq!(rule.severity.name(), "critical", "{}", rule.name);
        }
    }
}
