//! The steps of `cargo xtask test`, in order, up to the first that fails.
//!
//! What fails fast comes first. The tests come last, so that the end of the output,
//! where one looks first, is theirs and the summary's.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::command::{cargo, has_cargo_command, run};
use crate::interrupt::Interrupt;
use crate::report::{Outcome, Report, seconds};
use crate::services::Services;

/// What the shell expects of a program that ctrl-c ended.
const EXIT_INTERRUPTED: u8 = 130;

/// What `cargo xtask test` is asked to do.
#[derive(Args)]
pub(crate) struct TestOptions {
    /// Only these steps, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STEPS")]
    only: Vec<Step>,
    /// Also look for known vulnerabilities: fetches their list from the network
    #[arg(long)]
    advisories: bool,
    /// Names of tests, or options for the test runner; then only tests are run
    #[arg(last = true, value_name = "FILTER")]
    filter: Vec<String>,
}

/// One step; the order here is the order in which they are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// The formatting
    Fmt,
    /// Licences, sources and layers of the dependencies
    Deny,
    /// The lints, warnings being errors
    Clippy,
    /// The documentation, warnings being errors
    Doc,
    /// The examples in the documentation
    Doctest,
    /// Finding or installing, and starting, what the tests talk to
    Services,
    /// The tests
    Test,
}

impl Step {
    /// As `--only` and the summary call it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map(|it| it.get_name().to_owned())
            .unwrap_or_default()
    }

    /// The steps to take: those chosen, or all of them; in order, each once.
    fn plan(only: &[Self], is_filtered: bool) -> Vec<Self> {
        let chosen = match (only, is_filtered) {
            ([], true) => &[Self::Test],
            ([], false) => Self::value_variants(),
            (only, _) => only,
        };
        let is_needed = |step: &Self| {
            chosen.contains(step) || (*step == Self::Services && chosen.contains(&Self::Test))
        };
        Self::value_variants()
            .iter()
            .copied()
            .filter(is_needed)
            .collect()
    }
}

/// Takes the steps and prints the summary.
pub(crate) fn test(options: &TestOptions, interrupt: &Interrupt) -> ExitCode {
    let plan = Step::plan(&options.only, !options.filter.is_empty());
    let mut report = Report::new(&plan);
    let mut run = Run {
        options,
        interrupt,
        services: None,
    };
    for step in plan {
        println!("\n── {} ──", step.name());
        let began = Instant::now();
        let outcome = run.take(step).unwrap_or_else(|error| {
            println!("error: {error:#}");
            Outcome::Failed
        });
        let (failed, took) = (outcome == Outcome::Failed, began.elapsed());
        report.note(step, outcome, took);
        println!("── {}: {} ──", step.name(), seconds(took));
        if failed {
            break;
        }
    }
    // The services end now, so that nothing they say comes after the summary.
    drop(run);
    print!("\n{report}");
    match (report.is_good(), interrupt.came()) {
        (_, true) => ExitCode::from(EXIT_INTERRUPTED),
        (true, _) => ExitCode::SUCCESS,
        (false, _) => ExitCode::FAILURE,
    }
}

/// A run under way.
struct Run<'a> {
    options: &'a TestOptions,
    interrupt: &'a Interrupt,
    /// Started by their step, ended with the run.
    services: Option<Services>,
}

impl Run<'_> {
    fn take(&mut self, step: Step) -> Result<Outcome> {
        let mut command = match step {
            Step::Fmt => cargo(["fmt", "--all", "--check"]),
            Step::Deny if !has_cargo_command("deny") => {
                return Ok(Outcome::Skipped(
                    "to have it: cargo install cargo-deny --locked",
                ));
            }
            Step::Deny => self.deny(),
            Step::Clippy => {
                cargo("clippy --workspace --all-targets --locked -- -D warnings".split(' '))
            }
            Step::Doc => {
                let mut doc = cargo("doc --workspace --no-deps --locked".split(' '));
                doc.env("RUSTDOCFLAGS", "-D warnings");
                doc
            }
            Step::Doctest => cargo("test --workspace --doc --locked".split(' ')),
            Step::Services => {
                self.services = Some(Services::start()?);
                return Ok(Outcome::Passed);
            }
            Step::Test => self.tests()?,
        };
        run(&mut command, self.interrupt)?;
        Ok(Outcome::Passed)
    }

    fn deny(&self) -> Command {
        let mut deny = cargo("deny --locked check licenses bans sources".split(' '));
        if self.options.advisories {
            deny.arg("advisories");
        }
        deny
    }

    fn tests(&self) -> Result<Command> {
        let runner = if has_cargo_command("nextest") {
            "nextest run --workspace --locked"
        } else {
            "test --workspace --locked --lib --bins --tests --no-fail-fast"
        };
        let mut tests = cargo(runner.split(' '));
        tests.args(&self.options.filter);
        self.services
            .as_ref()
            .context("the services are not up")?
            .announce_to(&mut tests);
        Ok(tests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_choice_every_step_is_taken() {
        assert_eq!(Step::plan(&[], false), Step::value_variants());
    }

    #[test]
    fn a_filter_without_a_choice_means_the_tests() {
        assert_eq!(Step::plan(&[], true), [Step::Services, Step::Test]);
    }

    #[test]
    fn chosen_steps_are_taken_in_order_and_once() {
        let chosen = [Step::Doc, Step::Fmt, Step::Doc];
        assert_eq!(Step::plan(&chosen, false), [Step::Fmt, Step::Doc]);
    }

    #[test]
    fn the_tests_bring_their_services() {
        assert_eq!(
            Step::plan(&[Step::Test], false),
            [Step::Services, Step::Test]
        );
    }
}
