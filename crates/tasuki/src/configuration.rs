//! `tasuki configuration`: the reference of all settings, written from what reads them.
//!
//! `docs/configuration.md` is what this prints; a test holds it against the code.

use std::fmt::Write;

use clap::{Arg, Args, Command, CommandFactory};
use tasuki_server::switches;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output;

/// Print the reference of all settings, in Markdown
#[derive(Debug, Args)]
pub(crate) struct Configuration {}

impl Configuration {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        output::say(reference().trim_end())
    }
}

const BEFORE: &str = "\
# Configuration

Written by the program itself, `tasuki configuration`: do not edit.

Every flag can be given as a variable; the flag wins. What is wrong is said in one line on standard
error, with exit code 2, before anything is bound or written. `tasuki COMMAND --help` says the same as
this page.

## Credentials

They are variables only: a flag would show in the list of processes.

| variable | read by | what it is |
| --- | --- | --- |
| `TASUKI_ADMIN_TOKEN` | `serve`, `demo` | the administrator's credential, of 16 characters or more. \
Without it, one is made at the first start of a log and printed once |
| `TASUKI_TOKEN` | `replay`, `enter` | an API token, or the administrator's credential |
";

const BETWEEN: &str = "
## While the server runs

What must change on race day changes at once, on every process of a database, and stays: \
`PUT /api/settings/NAME` with `{\"value\":…,\"why\":…}`. Who changed what, and why, is listed at \
`GET /api/operations`.

| name | values | what it does |
| --- | --- | --- |
";

/// The whole page.
fn reference() -> String {
    let mut page = BEFORE.to_owned();
    for command in Cli::command().get_subcommands() {
        if !command.is_hide_set() {
            page += &section(command);
        }
    }
    page += BETWEEN;
    for switch in switches() {
        let (name, bounds) = (switch.name, &switch.bounds);
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            page,
            "| `{name}` | {bounds} | {} |",
            cell(switch.description)
        );
    }
    page
}

/// A command and what it is given.
fn section(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    let mut section = format!(
        "\n## `tasuki {}`\n\n{}.\n\n| flag | variable | default | what it does |\n| --- | --- | --- | --- |\n",
        command.get_name(),
        about.unwrap_or_default()
    );
    for argument in command.get_arguments().filter(|it| !it.is_hide_set()) {
        section += &row(argument);
    }
    section
}

fn row(argument: &Arg) -> String {
    let help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let (help, said) = without_default(&help);
    let defaults = argument.get_default_values().iter();
    let defaults: Vec<_> = defaults
        .map(|it| format!("`{}`", it.to_string_lossy()))
        .collect();
    let default = match (defaults.is_empty(), said, argument.is_required_set()) {
        (false, ..) => defaults.join(" "),
        (true, Some(said), _) => cell(said),
        (true, None, true) => "required".to_owned(),
        (true, None, false) => String::new(),
    };
    let variable = argument
        .get_env()
        .map(|it| format!("`{}`", it.to_string_lossy()));
    let words: Vec<_> = argument.get_possible_values();
    let words: Vec<_> = words
        .iter()
        .filter(|_| takes_value(argument))
        .map(|it| format!("`{}`", it.get_name()))
        .collect();
    let words = match words.is_empty() {
        true => String::new(),
        false => format!(": {}", words.join(", ")),
    };
    format!(
        "| {} | {} | {default} | {}{words} |\n",
        name(argument),
        variable.unwrap_or_default(),
        cell(help)
    )
}

/// As it is written on the command line.
fn name(argument: &Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default().join(" ");
    match argument.get_long() {
        Some(flag) if takes_value(argument) => format!("`--{flag} {values}`"),
        Some(flag) => format!("`--{flag}`"),
        None => format!("`{values}`"),
    }
}

fn takes_value(argument: &Arg) -> bool {
    argument.get_action().takes_values()
}

/// A help text and the default that it tells itself, where that is no constant.
fn without_default(help: &str) -> (&str, Option<&str>) {
    let parts = help.rsplit_once("[default: ").and_then(|(before, said)| {
        let said = said.trim_end().strip_suffix(']')?;
        Some((before.trim_end(), Some(said)))
    });
    parts.unwrap_or((help, None))
}

/// Text that stands in one cell of a table.
fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_the_documentation_is_what_the_code_reads() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written.trim_end() == reference().trim_end(),
            "docs/configuration.md is stale: cargo run -- configuration > docs/configuration.md"
        );
    }

    #[test]
    fn every_row_has_as_many_cells_as_its_table() {
        let reference = reference();
        let tables = reference.split("\n\n").filter(|text| text.starts_with('|'));
        for table in tables {
            let cells = |row: &str| row.replace("\\|", "").matches('|').count();
            let head = table.lines().next().map(cells);
            assert!(table.lines().all(|row| Some(cells(row)) == head), "{table}");
        }
    }
}
