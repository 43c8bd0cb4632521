//! Running other programs: shown, waited for, and ended when we are asked to end.

use std::env;
use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::interrupt::{Interrupt, POLL};

/// A call of the cargo that runs us.
pub(crate) fn cargo<I: IntoIterator<Item = A>, A: AsRef<str>>(arguments: I) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for argument in arguments {
        command.arg(argument.as_ref());
    }
    // Cargo tells us about the xtask package in these. Passed on, they would look to
    // build scripts like a changed environment, and rebuild what is already built.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether `cargo NAME` is there.
pub(crate) fn has_cargo_command(name: &str) -> bool {
    cargo([name, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Shows a command, runs it with our own input and output, and waits for its success.
pub(crate) fn run(command: &mut Command, interrupt: &Interrupt) -> Result<()> {
    println!("$ {}", shown(command));
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let status = loop {
        if interrupt.came() {
            terminate(&mut child)?;
            bail!("interrupted");
        }
        match child.try_wait()? {
            Some(status) => break status,
            None => thread::sleep(POLL),
        }
    };
    ensure!(status.success(), "failed: {status}");
    Ok(())
}

/// Runs a command to its end and gives what it printed.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    ensure!(
        output.status.success(),
        "{name} failed ({}): {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Asks a child to end and waits until it has. A terminal's ctrl-c has reached it
/// already; a signal sent to us alone has not. SIGTERM, unlike the SIGKILL that the
/// standard library offers, lets a test runner end its tests first.
fn terminate(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_none() {
        Command::new("sh")
            .args(["-c", r#"kill -TERM "$1""#, "sh", &child.id().to_string()])
            .status()?;
    }
    child.wait()?;
    Ok(())
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            let _ = write!(line, "{}='{}' ", name.display(), value.display());
        }
    }
    let program = command.get_program();
    let is_cargo = env::var_os("CARGO").is_some_and(|path| path == program);
    line += if is_cargo {
        "cargo".into()
    } else {
        program.to_string_lossy()
    }
    .as_ref();
    for argument in command.get_args() {
        let _ = write!(line, " {}", argument.display());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_the_exit_code_zero() {
        let never = Interrupt::fixed(false);
        assert!(run(&mut Command::new("true"), &never).is_ok());
        let error = run(&mut Command::new("false"), &never).expect_err("false fails");
        assert_eq!(error.to_string(), "failed: exit status: 1");
    }

    #[test]
    fn an_interrupt_ends_a_running_command() {
        // `cat` on a pipe that nobody writes to would run for ever.
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped());
        let error = run(&mut command, &Interrupt::fixed(true)).expect_err("interrupted");
        assert_eq!(error.to_string(), "interrupted");
    }

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("make");
        command.args(["-j", "2"]).env("FLAGS", "-D warnings");
        assert_eq!(shown(&command), "FLAGS='-D warnings' make -j 2");
    }

    #[test]
    fn a_failure_carries_what_the_command_said() {
        let error =
            output_of(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).expect_err("exit 3");
        assert_eq!(error.to_string(), "sh failed (exit status: 3): why");
    }
}
