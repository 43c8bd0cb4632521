//! How a command ends when it does not succeed.

use std::fmt::Display;
use std::process::ExitCode;

/// Ended by a second signal; what a shell reports for SIGINT.
const EXIT_INTERRUPTED: u8 = 130;
/// It was asked for in a way that cannot work.
const EXIT_CONFIGURATION: u8 = 2;
/// It was tried, and failed.
const EXIT_FAILED: u8 = 1;

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request cannot be carried out as it stands. Nothing was bound or
    /// written.
    Configuration(anyhow::Error),
    /// Something went wrong on the way.
    Runtime(anyhow::Error),
    /// Whoever read the output has seen enough, as `head` does.
    ClosedPipe,
    /// A second signal: stopped without waiting.
    Interrupted,
}

impl Failure {
    /// A wrong configuration, in words that say what to change.
    pub(crate) fn configuration(text: impl Display) -> Self {
        Self::Configuration(anyhow::anyhow!("{text}"))
    }

    /// Says it in one line on standard error, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (error, code) = match self {
            Self::Configuration(error) => (error, EXIT_CONFIGURATION),
            Self::Runtime(error) => (error, EXIT_FAILED),
            Self::ClosedPipe => return ExitCode::SUCCESS,
            Self::Interrupted => return ExitCode::from(EXIT_INTERRUPTED),
        };
        eprintln!("tasuki: {}", in_one_line(&error));
        ExitCode::from(code)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Runtime(error)
    }
}

/// The error and its causes. Some libraries repeat a cause in the text above
/// it: what was said already is left out.
fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.contains(&text) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&text);
    }
    line
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn causes_are_told_once_and_in_one_line() {
        let error = Err::<(), _>(anyhow::anyhow!("no\nroute")).context("cannot reach: no route");
        let line = in_one_line(&error.context("cannot send").expect_err("an error"));
        assert_eq!(line, "cannot send: cannot reach: no route");
    }
}
