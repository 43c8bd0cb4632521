//! Every drill: what it breaks, which alert tells of it, which commands mend it.

mod before_the_race;
mod clock;
mod configuration;
mod database_away;
mod database_hangs;
mod deployment;
mod descriptors;
mod disk_full;
mod endpoint;
mod paper;
mod pool;
mod process_killed;
mod restore;
mod slow;
mod slow_query;
mod storm;

use anyhow::Result;

use crate::site::Site;
use crate::stage::Stage;

/// A drill.
pub(crate) struct Drill {
    pub(crate) name: &'static str,
    /// What happens, in a few words.
    pub(crate) what: &'static str,
    pub(crate) engine: Engine,
    /// Which alert tells of it, where one does.
    pub(crate) alert: Option<&'static str>,
    /// Blocks of runbooks that are executed, as `RUNBOOK/BLOCK`.
    pub(crate) follows: &'static [&'static str],
    /// How many watch, where that matters.
    pub(crate) viewers: Option<usize>,
    /// What is to be done before the server is started.
    pub(crate) prepare: Option<fn(&Site) -> Result<()>>,
    pub(crate) run: fn(&mut Stage) -> Result<()>,
}

/// What the log is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Drill {
    /// What most have in common.
    const USUAL: Self = Self {
        name: "",
        what: "",
        engine: Engine::Sqlite,
        alert: None,
        follows: &[],
        viewers: None,
        prepare: None,
        run: |_| Ok(()),
    };
}

/// In the order in which they are performed.
pub(crate) const ALL: &[&Drill] = &[
    &before_the_race::DRILL,
    &process_killed::DRILL,
    &configuration::DRILL,
    &deployment::DRILL,
    &slow::DRILL,
    &database_away::DRILL,
    &database_hangs::DRILL,
    &endpoint::DRILL,
    &pool::DRILL,
    &slow_query::DRILL,
    &storm::DRILL,
    &descriptors::DRILL,
    &disk_full::DRILL,
    &clock::DRILL,
    &restore::SQLITE,
    &restore::POSTGRES,
    &paper::DRILL,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::runbook::{Runbook, deploy, folder, read_all};

    fn runbooks() -> Vec<Runbook> {
        read_all(&folder())
            .expect("runbooks")
            .into_values()
            .collect()
    }

    fn text_of(runbook: &str) -> String {
        let path = folder().join(runbook).with_extension("md");
        fs::read_to_string(path).expect(runbook)
    }

    #[test]
    fn every_block_of_every_runbook_is_executed_by_some_drill() {
        let follows = ALL.iter().flat_map(|drill| drill.follows);
        let executed: BTreeSet<String> = follows.map(|step| (*step).to_owned()).collect();
        let steps = |runbook: &Runbook| {
            let of = runbook.name.clone();
            let names: Vec<_> = runbook.blocks.keys().cloned().collect();
            names.into_iter().map(move |name| format!("{of}/{name}"))
        };
        let written: BTreeSet<String> = runbooks().iter().flat_map(steps).collect();
        assert!(written.len() > 20, "{written:?}");
        assert_eq!(written, executed);
    }

    #[test]
    fn every_runbook_says_how_one_sees_that_it_is_over() {
        for Runbook { name, .. } in runbooks() {
            let text = text_of(&name);
            for heading in ["# ", "\nAlert", "\n## Symptoms\n", "\n## First checks\n"] {
                assert!(
                    text.contains(heading),
                    "{name}.md has no `{}`",
                    heading.trim()
                );
            }
            for heading in ["\n## Causes and recovery\n", "\n## It is over when\n"] {
                assert!(
                    text.contains(heading),
                    "{name}.md has no `{}`",
                    heading.trim()
                );
            }
        }
    }

    #[test]
    fn every_file_that_a_runbook_leads_to_is_there() {
        for Runbook { name, .. } in runbooks() {
            let text = text_of(&name);
            for link in text
                .split("](")
                .skip(1)
                .filter_map(|it| it.split(')').next())
            {
                let path = folder().join(link.split('#').next().unwrap_or(link));
                assert!(path.is_file(), "{name}.md leads to {link}");
            }
        }
    }

    #[test]
    fn every_alert_has_a_runbook_that_is_there() {
        let rules = fs::read_to_string(deploy().join("prometheus/tasuki.rules.yml"));
        let rules = rules.expect("rules");
        let addresses: Vec<_> = rules.split("runbook_url: deploy/").skip(1).collect();
        assert_eq!(addresses.len(), rules.matches("- alert: ").count());
        for address in addresses {
            let path = deploy().join(address.lines().next().unwrap_or_default());
            assert!(path.is_file(), "{}", path.display());
        }
    }

    #[test]
    fn every_alert_that_a_drill_waits_for_is_there_and_has_the_runbook_that_is_followed() {
        let rules = fs::read_to_string(deploy().join("prometheus/tasuki.rules.yml"));
        let rules = rules.expect("rules");
        for drill in ALL {
            let Some(alert) = drill.alert else { continue };
            let head = format!("- alert: {alert}\n");
            let (_, rule) = rules.split_once(&head).expect(alert);
            let (_, address) = rule
                .split_once("runbook_url: deploy/runbooks/")
                .expect(alert);
            let runbook = address.split(".md").next().unwrap_or_default();
            let of = format!("{runbook}/");
            let is_followed = drill.follows.iter().any(|step| step.starts_with(&of));
            assert!(is_followed, "{}: {alert} leads to {runbook}.md", drill.name);
        }
    }

    #[test]
    fn every_variable_of_a_runbook_is_explained() {
        let readme = fs::read_to_string(folder().join("README.md")).expect("README.md");
        for Runbook { name, blocks, .. } in runbooks() {
            for block in blocks.values() {
                for word in block.commands.split('$').skip(1) {
                    let word = word.trim_start_matches('{');
                    let is_of_name = |c: char| c.is_ascii_uppercase() || c == '_';
                    let end = word.find(|c| !is_of_name(c)).unwrap_or(word.len());
                    let variable = &word[..end];
                    if variable.starts_with("TASUKI_") {
                        let told = format!("`{variable}`");
                        assert!(readme.contains(&told), "{name}.md: {variable}");
                    }
                }
            }
        }
    }
}
