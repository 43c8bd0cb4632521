//! What is known of the server's state now, and of late: worked out once, read by
//! whoever asks.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use tasuki_log::{LogError, Operations, Search};
use tasuki_race::Instant;

use crate::alerts::board::{Change, Standing};
use crate::alerts::rule::Rule;
use crate::alerts::table::RULES;
use crate::deeds::{Kind, SERVER, deed, tell};

/// Alerts of the past that are kept in memory: a few race days of trouble. All of
/// them stand in the log of operations.
const PAST_MAX: usize = 100;
/// Operations that are read at the start for that: each of them has two.
const READ_MAX: u32 = 2 * 100;

/// What stands, and what stood.
#[derive(Clone)]
pub(crate) struct Outlook {
    /// When it was looked last.
    pub(crate) at: Instant,
    /// The worst first.
    pub(crate) standing: Vec<Standing>,
    /// The newest first.
    pub(crate) past: VecDeque<Past>,
}

/// An alert that fired, and may be over.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) rule: &'static Rule,
    /// Of which operation, query or the like, as text.
    pub(crate) of: String,
    pub(crate) fired: Instant,
    pub(crate) over: Option<Instant>,
}

/// The outlook, for all to read.
pub(crate) struct Lately(RwLock<Arc<Outlook>>);

impl Lately {
    /// Nothing is known yet.
    pub(crate) fn new(now: Instant) -> Self {
        Self(RwLock::new(Arc::new(Outlook::new(now))))
    }

    pub(crate) fn now(&self) -> Arc<Outlook> {
        let outlook = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&outlook)
    }

    pub(super) fn set(&self, outlook: Outlook) {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(outlook);
    }
}

impl Standing {
    /// Of which operation, query or the like: `method=GET route=/`.
    pub(crate) fn of(&self) -> String {
        let labels = self.group.iter();
        let labels: Vec<_> = labels
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        labels.join(" ")
    }
}

impl Outlook {
    pub(super) fn new(at: Instant) -> Self {
        Self {
            at,
            standing: Vec::new(),
            past: VecDeque::new(),
        }
    }

    /// Takes what changed into what stood lately.
    pub(super) fn note(&mut self, change: &Change) {
        let Change { at, is_over, alert } = change;
        if *is_over {
            self.end(alert.rule, &alert.of(), *at);
        } else {
            self.begin(alert.rule, alert.of(), *at);
        }
    }

    fn begin(&mut self, rule: &'static Rule, of: String, fired: Instant) {
        self.past.push_front(Past {
            rule,
            of,
            fired,
            over: None,
        });
        self.past.truncate(PAST_MAX);
    }

    fn end(&mut self, rule: &Rule, of: &str, at: Instant) {
        let is_it = |past: &&mut Past| past.rule.name == rule.name && past.of == of;
        let mut open = self.past.iter_mut().filter(|past| past.over.is_none());
        if let Some(past) = open.find(is_it) {
            past.over = Some(at);
        }
    }

    /// What the log of operations knows of the past. What stood when the process
    /// before this one ended is over: it fires anew if it is still so.
    pub(super) async fn recall(
        operations: &dyn Operations,
        now: Instant,
    ) -> Result<Self, LogError> {
        let mut outlook = Self::new(now);
        let mut told = Vec::new();
        for kind in [Kind::AlertFired, Kind::AlertCleared] {
            let search = Search {
                limit: READ_MAX / 2,
                kind: Some(kind.name().to_owned()),
                ..Search::default()
            };
            let page = operations.page(&search).await?;
            told.extend(page.into_iter().map(|it| (it.number, kind, it.deed)));
        }
        told.sort_by_key(|(number, ..)| *number);
        for (_, kind, deed) in told {
            let name = deed.about.unwrap_or_default();
            let (name, of) = name.split_once(' ').unwrap_or((&name, ""));
            let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
                continue;
            };
            match kind {
                Kind::AlertFired => outlook.begin(rule, of.to_owned(), deed.at),
                _ => outlook.end(rule, of, deed.at),
            }
        }
        outlook.end_all(operations, now).await;
        Ok(outlook)
    }

    async fn end_all(&mut self, operations: &dyn Operations, now: Instant) {
        for past in self.past.iter_mut().filter(|past| past.over.is_none()) {
            past.over = Some(now);
            let deed = deed(Kind::AlertCleared, SERVER)
                .about(about(past.rule, &past.of))
                .why("the server was started anew");
            tell(operations, deed).await;
        }
    }
}

/// An alert, as the log of operations names it.
pub(super) fn about(rule: &Rule, of: &str) -> String {
    format!("{} {of}", rule.name).trim_end().to_owned()
}
