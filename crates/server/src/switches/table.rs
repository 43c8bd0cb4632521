//! Every switch there is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::switches::bounds::Bounds;

/// The name of a switch.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SettingName")]
pub(crate) enum Name {
    /// Whether facts are taken.
    Entry,
    /// Whether live streams begin.
    Streams,
    /// Whether logs and results are handed out as files.
    Exports,
    /// Whether expected arrivals are listed.
    Expected,
    /// Whether every change is refused.
    ReadOnly,
    /// Whether it is remembered who is logged in.
    SessionCache,
    /// Live streams at once.
    ViewersMax,
    /// Longest time for which changes are collected.
    TickMsMax,
    /// Connections to the database.
    PoolSize,
    /// How long to wait for a connection to it.
    ConnectTimeoutMs,
    /// How long one statement may run there.
    StatementTimeoutMs,
    /// What the process says about itself.
    LogLevel,
    /// Whether the canary sings.
    Canary,
    /// From when on a query is slow.
    SlowQueryMs,
}

/// A switch.
pub(crate) struct Switch {
    pub(crate) name: Name,
    /// As it stands in addresses and in the database.
    pub(crate) slug: &'static str,
    pub(crate) bounds: Bounds,
    pub(crate) description: &'static str,
}

/// More viewers than one process has descriptors for, on any machine.
const VIEWERS_MOST: u64 = 1_000_000;
/// Ten seconds: beyond that people take it for broken.
const TICK_MS_MOST: u64 = 10_000;
/// More connections than a database server usually allows in all.
const POOL_SIZE_MOST: u64 = 1_000;
/// Shorter, and a server across a network is never reached.
const CONNECT_MS_LEAST: u64 = 100;
/// Ten minutes: whoever asked has gone.
const CONNECT_MS_MOST: u64 = 600_000;
/// Shorter, and even this switch could not be read or set back any more.
const STATEMENT_MS_LEAST: u64 = 100;
/// An hour.
const STATEMENT_MS_MOST: u64 = 3_600_000;
/// Nothing waits for longer.
const SLOW_QUERY_MS_MOST: u64 = 3_600_000;
/// Directives for a part or two.
const LOG_LEVEL_CHARS_MAX: usize = 200;

const ON_OFF: Bounds = Bounds::Words(["on", "off"]);

/// Every switch, in the order in which they are shown.
pub(crate) const TABLE: &[Switch] = &[
    Switch {
        name: Name::Entry,
        slug: "entry",
        bounds: Bounds::Words(["open", "closed"]),
        description: "Whether facts are taken. While it is closed, recording and importing are \
                      answered by 503 `entry_closed`: tablets keep what they have and send it \
                      when it is open again.",
    },
    Switch {
        name: Name::Streams,
        slug: "streams",
        bounds: ON_OFF,
        description: "Whether live streams begin. While it is off, newcomers are answered by 503 \
                      `streams_off`, and may ask for the standings instead; streams that run go \
                      on.",
    },
    Switch {
        name: Name::Exports,
        slug: "exports",
        bounds: ON_OFF,
        description: "Whether logs and results are handed out as files; 503 `exports_off` while \
                      it is off.",
    },
    Switch {
        name: Name::Expected,
        slug: "expected",
        bounds: ON_OFF,
        description: "Whether expected arrivals are listed; 503 `expected_off` while it is off. \
                      What the standings say of the next arrival stays.",
    },
    Switch {
        name: Name::ReadOnly,
        slug: "read_only",
        bounds: ON_OFF,
        description: "While it is on, every change but that of a switch is answered by 503 \
                      `read_only`. Whoever watches notices nothing; people log in and out.",
    },
    Switch {
        name: Name::SessionCache,
        slug: "session_cache",
        bounds: ON_OFF,
        description: "Whether it is remembered for five minutes who is logged in. While it is \
                      off, each request with a session asks the database.",
    },
    Switch {
        name: Name::ViewersMax,
        slug: "viewers_max",
        bounds: Bounds::Number(1, VIEWERS_MOST),
        description: "Most live streams at once. Where it is lowered nobody is thrown out: \
                      newcomers wait until there are fewer.",
    },
    Switch {
        name: Name::TickMsMax,
        slug: "tick_ms_max",
        bounds: Bounds::Number(0, TICK_MS_MOST),
        description: "Longest time for which changes are collected before they are shown, in \
                      milliseconds. A longer one spares the processor where tens of thousands \
                      watch.",
    },
    Switch {
        name: Name::PoolSize,
        slug: "pool_size",
        bounds: Bounds::Number(1, POOL_SIZE_MOST),
        description: "Most connections to the database for reading; the one that records is apart.",
    },
    Switch {
        name: Name::ConnectTimeoutMs,
        slug: "connect_timeout_ms",
        bounds: Bounds::Number(CONNECT_MS_LEAST, CONNECT_MS_MOST),
        description: "How long to wait for a connection to the database for reading, a new one \
                      or one that is in use, in milliseconds.",
    },
    Switch {
        name: Name::StatementTimeoutMs,
        slug: "statement_timeout_ms",
        bounds: Bounds::Number(STATEMENT_MS_LEAST, STATEMENT_MS_MOST),
        description: "How long one statement that reads may run in the database, in \
                      milliseconds; recording keeps the bound that the server was started with.",
    },
    Switch {
        name: Name::LogLevel,
        slug: "log_level",
        bounds: Bounds::Text(LOG_LEVEL_CHARS_MAX),
        description: "What the process logs: error, warn, info, debug or trace, or by part, such \
                      as `info,tasuki_log=debug`.",
    },
    Switch {
        name: Name::Canary,
        slug: "canary",
        bounds: ON_OFF,
        description: "Whether the canary records a fact every few seconds in a race of its own, \
                      which nobody sees, and waits until it is shown.",
    },
    Switch {
        name: Name::SlowQueryMs,
        slug: "slow_query_ms",
        bounds: Bounds::Number(0, SLOW_QUERY_MS_MOST),
        description: "Queries that the database takes longer for are logged, with how long they \
                      took, in milliseconds; 0: none.",
    },
];

impl Name {
    /// What is said of it in the table.
    pub(crate) fn switch(self) -> &'static Switch {
        // The table has them all, in the order of the enum.
        &TABLE[self as usize]
    }

    pub(crate) fn of(slug: &str) -> Option<Self> {
        let switch = TABLE.iter().find(|switch| switch.slug == slug);
        switch.map(|switch| switch.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_line_in_the_table() {
        for (place, switch) in TABLE.iter().enumerate() {
            assert_eq!(switch.name as usize, place, "{}", switch.slug);
            let written = serde_json::to_value(switch.name).expect("a name is a text");
            assert_eq!(written, switch.slug);
        }
        let last = serde_json::from_value::<Name>("slow_query_ms".into()).expect("a name");
        assert_eq!(TABLE.len(), last as usize + 1);
    }
}
