//! Which alerts stand: what is so, since when, and whether for long enough.

use std::collections::HashMap;

use tasuki_race::Instant;

use crate::alerts::history::History;
use crate::alerts::rule::Rule;
use crate::alerts::sample::Group;

/// Holds the rules against what is measured, and remembers since when each is met.
pub(crate) struct Board {
    rules: &'static [Rule],
    history: History,
    standing: HashMap<(&'static str, Group), Standing>,
}

/// A condition that is met.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) rule: &'static Rule,
    /// Of which operation, query or the like.
    pub(crate) group: Group,
    /// Since when it is met, seconds of the history.
    since_s: f64,
    pub(crate) since: Instant,
    /// Since when people are told; none while it was not met for long enough.
    pub(crate) fired: Option<Instant>,
    pub(crate) value: f64,
}

/// An alert fired, or is over.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) at: Instant,
    pub(crate) is_over: bool,
    /// As it stands, or as it stood last.
    pub(crate) alert: Standing,
}

impl Board {
    pub(crate) fn new(rules: &'static [Rule]) -> Self {
        Self {
            rules,
            history: History::of(rules.iter().map(|rule| &rule.when)),
            standing: HashMap::new(),
        }
    }

    /// What is known of a moment before the process began.
    pub(crate) fn recall(&mut self, at_s: f64, text: &str) {
        self.history.recall(at_s, text);
    }

    /// Takes what the metrics say now, and tells what that changes.
    pub(crate) fn look(&mut self, at_s: f64, at: Instant, text: &str) -> Vec<Change> {
        self.history.add(at_s, text);
        let mut changes = Vec::new();
        for rule in self.rules {
            let met = self.history.meets(&rule.when);
            self.clear(rule, at, &mut changes, |group| met.contains_key(group));
            for (group, value) in met {
                self.meet(rule, group, value, (at_s, at), &mut changes);
            }
        }
        changes
    }

    fn clear(
        &mut self,
        rule: &'static Rule,
        at: Instant,
        changes: &mut Vec<Change>,
        is_met: impl Fn(&Group) -> bool,
    ) {
        self.standing.retain(|(name, group), alert| {
            let stays = *name != rule.name || is_met(group);
            if !stays && alert.fired.is_some() {
                changes.push(Change {
                    at,
                    is_over: true,
                    alert: alert.clone(),
                });
            }
            stays
        });
    }

    fn meet(
        &mut self,
        rule: &'static Rule,
        group: Group,
        value: f64,
        (at_s, at): (f64, Instant),
        changes: &mut Vec<Change>,
    ) {
        let key = (rule.name, group.clone());
        let alert = self.standing.entry(key).or_insert(Standing {
            rule,
            group,
            since_s: at_s,
            since: at,
            fired: None,
            value,
        });
        alert.value = value;
        let is_due = at_s - alert.since_s >= f64::from(rule.for_s);
        if alert.fired.is_none() && is_due {
            alert.fired = Some(at);
            changes.push(Change {
                at,
                is_over: false,
                alert: alert.clone(),
            });
        }
    }

    /// All that stand, the worst and oldest first.
    pub(crate) fn standing(&self) -> Vec<Standing> {
        let mut standing: Vec<_> = self.standing.values().cloned().collect();
        standing.sort_by_key(|it| {
            let severity = std::cmp::Reverse(it.rule.severity as u8);
            (it.fired.is_none(), severity, it.since, it.rule.name)
        });
        standing
    }
}

#[cfg(test)]
mod tests;
