//! Executes what stands in a runbook, as whoever reads it would type it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::runbook::Block;

/// A command of a runbook that takes longer does not work.
const SECONDS_MAX: &str = "60";

/// Names and values, as a shell knows them.
pub(crate) type Environment = Vec<(&'static str, String)>;

/// Executes a block and gives what it prints. The first command that fails ends it,
/// and so does a variable that is not set.
pub(crate) fn execute(block: &Block, environment: &Environment, folder: &Path) -> Result<String> {
    let mut shell = Command::new("timeout");
    // A shell of its own would be stopped where it reads a terminal; it gets none.
    shell.args([SECONDS_MAX, "bash", "-eu", "-c"]);
    shell.arg(format!("exec 2>&1\n{}", block.commands));
    shell.envs(environment.iter().map(|(name, value)| (name, value)));
    let output = shell.current_dir(folder).stdin(Stdio::null()).output();
    let output = output.context("bash")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "{}\n{}\nended with {} and said:\n{said}",
        "a runbook's commands do not work:",
        block.commands,
        output.status,
    );
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executed(commands: &str) -> Result<String> {
        let commands = commands.to_owned();
        let environment = vec![("TASUKI_RACE", "fanout".to_owned())];
        execute(&Block { line: 1, commands }, &environment, Path::new("/"))
    }

    #[test]
    fn everything_that_is_said_is_given() {
        let said = executed("echo \"$TASUKI_RACE\"\npwd >&2").expect("it works");
        assert_eq!(said, "fanout\n/\n");
    }

    #[test]
    fn a_command_that_fails_or_a_variable_that_is_missing_fails_the_block() {
        for (commands, told) in [
            ("echo before; false\necho after", "before"),
            ("echo $TASUKI_NOWHERE", "unbound variable"),
            ("no-such-program", "not found"),
        ] {
            let error = executed(commands).expect_err(commands).to_string();
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("said:\nbefore\nafter"), "{error}");
        }
    }
}
