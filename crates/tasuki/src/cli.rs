//! What can be asked for, and how a wrong request is refused: in one line.

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::{
    configuration, demo, enter, export, health, import, operations, postmortem, replay, serve,
    standings, user, verify,
};

/// Race timing and live results for road races and ekiden.
///
/// Passages go into an append-only log; standings are worked out from it and
/// pushed to everyone who watches.
#[derive(Debug, Parser)]
#[command(name = "tasuki", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  tasuki demo                              a made-up ekiden, 60 times faster than life
  tasuki serve                             on http://127.0.0.1:8080, log in ./tasuki.sqlite
  tasuki export --race my-race --out my-race.ndjson
  tasuki verify my-race.ndjson

Every flag can also be given as a TASUKI_* variable; the flag wins.";

/// The commands; each is described where its arguments are.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(Box<serve::Serve>),
    Demo(demo::Demo),
    Export(export::Export),
    Import(import::Import),
    Verify(verify::Verify),
    Standings(standings::Standings),
    Replay(replay::Replay),
    Enter(enter::Enter),
    Health(health::Health),
    #[command(hide = true)]
    Configuration(configuration::Configuration),
    User(user::User),
    Operations(operations::Operations),
    Postmortem(postmortem::Postmortem),
}

/// Reads the command line and the environment.
pub(crate) fn parse() -> Result<Command, Failure> {
    Cli::try_parse()
        .map(|cli| cli.command)
        .or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
            _ => Err(Failure::configuration(one_line(
                &error.render().to_string(),
            ))),
        })
}

/// The library explains over several lines and adds the usage. What was wrong
/// is its first paragraph.
fn one_line(rendered: &str) -> String {
    let text = rendered.strip_prefix("error: ").unwrap_or(rendered);
    let first = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = first.split_whitespace().collect();
    format!("{} (see --help)", words.join(" "))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_of_a_server_has_a_variable_and_a_help_text() {
        let cli = Cli::command();
        let serve = cli.find_subcommand("serve").expect("there is a serve");
        for flag in serve.get_arguments().filter(|flag| !flag.is_positional()) {
            let name = flag.get_id().as_str();
            assert!(flag.get_help().is_some(), "{name} has no help");
            let env = flag
                .get_env()
                .unwrap_or_else(|| panic!("{name} has no variable"));
            let wanted = format!("TASUKI_{}", name.to_uppercase());
            assert_eq!(env.to_str(), Some(wanted.as_str()));
        }
    }

    #[test]
    fn a_token_or_a_password_is_never_a_flag() {
        let cli = Cli::command();
        let nested = cli.get_subcommands().flat_map(|it| it.get_subcommands());
        for command in cli.get_subcommands().chain(nested) {
            for flag in command.get_arguments() {
                let name = flag.get_id().as_str();
                let is_secret = name.contains("token") || name.contains("password");
                assert!(!is_secret, "{name}");
            }
        }
    }

    #[test]
    fn a_refusal_is_one_line() {
        let error = Cli::try_parse_from(["tasuki", "replay", "-"]).expect_err("--to is missing");
        let line = one_line(&error.render().to_string());
        assert!(line.contains("--to"), "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
}
