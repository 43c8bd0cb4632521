//! `tasuki user`: the people who may log in, also before there is a server.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use tasuki_log::{Access, Role, Store};
use tasuki_race::RaceId;
use tasuki_server::{Newcomer, create_user};

use crate::failure::Failure;
use crate::output;
use crate::store::StoreArgs;

/// Who does it, as the log of operations calls it.
const BY: &str = "tasuki user";
/// Longer lines are no passwords.
const LINE_BYTES_MAX: u64 = 4_096;

/// Create the people who may log in
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct User {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(Add),
}

/// Create somebody who may log in
///
/// Works beside a running server, which knows them at once. The password is asked
/// for, or read from standard input: a flag would show in the list of processes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct Add {
    /// What they log in with, and what stands in the logs: a-z, 0-9 and . _ @ + -
    #[arg(value_name = "NAME")]
    name: String,
    /// The race that they may record, and nothing else [default: an administrator]
    #[arg(long, value_name = "RACE")]
    race: Option<RaceId>,
    #[command(flatten)]
    store: StoreArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki user add yamada
  tasuki user add suzuki --race my-race < password.txt";

impl User {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let What::Add(add) = self.command;
        add.run().await
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        // Before the log is opened: who errs creates none.
        let password = tokio::task::spawn_blocking(password).await;
        let password = password.context("cannot read the password")??;
        let race = self.race.clone();
        let newcomer = Newcomer {
            name: self.name,
            password,
            role: race.map_or(Role::Admin, |race| Role::Recorder {
                race,
                checkpoint: None,
            }),
        };
        newcomer.check().map_err(Failure::configuration)?;
        let Store { log, people, .. } = self.store.open(Access::ReadWrite).await?;
        if let Some(race) = &self.race {
            let head = log.head(race).await.context("cannot read the log")?;
            head.ok_or_else(|| anyhow!("there is no race `{race}`"))?;
        }
        let name = newcomer.name.clone();
        let created = create_user(&*people, newcomer, BY).await;
        created.map_err(anyhow::Error::new)?;
        output::say(&format!("{name} may log in."))
    }
}

/// Asks for a password, twice, or reads the first line of standard input.
fn password() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        let mut input = io::Read::take(io::stdin().lock(), LINE_BYTES_MAX);
        let reading = input.read_line(&mut line);
        reading.context("cannot read the password from standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |prompt| rpassword::prompt_password(prompt).context("cannot ask for the password");
    let password = ask("Password: ")?;
    if ask("Again: ")? == password {
        return Ok(password);
    }
    Err(anyhow!("the passwords differ; nothing was done").into())
}
