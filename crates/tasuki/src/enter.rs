//! `tasuki enter`: a file of entries, members or passages, or a start list,
//! into a race at a server.

mod answer;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use reqwest::Url;
use tasuki_race::RaceId;

use self::answer::Answer;
use crate::client::{self, Client, server_address};
use crate::failure::Failure;
use crate::logging::LogArgs;
use crate::output;

/// The server takes no larger one.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Enter a start list, or passages written on paper, into a race at a server
///
/// Reads CSV as Excel writes it (UTF-8, Shift_JIS or Unicode text; comma,
/// semicolon or tab; headers in English or Japanese) and IOF XML 3.0 start
/// lists. Prints what becomes of each row. A file can be entered again: what
/// is there already is recognised. Without --strict, rows that are rejected do
/// not keep the others out; either way the exit code is then 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Enter {
    /// What the file holds
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// The file; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The server, such as http://127.0.0.1:8080
    #[arg(long, env = "TASUKI_TO", value_name = "URL", hide_env_values = true)]
    #[arg(value_parser = server_address)]
    to: Url,
    /// The race
    #[arg(long, env = "TASUKI_RACE", value_name = "ID", hide_env_values = true)]
    race: RaceId,
    /// Show what would happen, and record nothing
    #[arg(long, env = "TASUKI_DRY_RUN", hide_env_values = true)]
    dry_run: bool,
    /// Record nothing if any row is rejected
    #[arg(long, env = "TASUKI_STRICT", hide_env_values = true)]
    strict: bool,
    /// What columns of times hold, whatever their headers say
    #[arg(long, value_enum, env = "TASUKI_TIMES", hide_env_values = true)]
    times: Option<Times>,
    /// The day of times of day, where it is not the day of the gun
    #[arg(
        long,
        env = "TASUKI_DATE",
        value_name = "YYYY-MM-DD",
        hide_env_values = true
    )]
    date: Option<String>,
    /// Where passages were observed, where the file has no column for it
    #[arg(
        long,
        env = "TASUKI_CHECKPOINT",
        value_name = "ID",
        hide_env_values = true
    )]
    checkpoint: Option<String>,
    /// Take passages only of bibs that have none at the checkpoint
    #[arg(long, env = "TASUKI_MISSING_ONLY", hide_env_values = true)]
    missing_only: bool,
    /// Leave the start times of a start list out
    #[arg(long, env = "TASUKI_NO_STARTS", hide_env_values = true)]
    no_starts: bool,
    /// utf-8, utf-16le, utf-16be, shift_jis or windows-1252; told from the file
    /// where it is left out
    #[arg(
        long,
        env = "TASUKI_ENCODING",
        value_name = "NAME",
        hide_env_values = true
    )]
    encoding: Option<String>,
    /// comma, semicolon or tab; told from the file where it is left out
    #[arg(
        long,
        env = "TASUKI_DELIMITER",
        value_name = "NAME",
        hide_env_values = true
    )]
    delimiter: Option<String>,
    #[command(flatten)]
    logging: LogArgs,
}

const EXAMPLES: &str = "\
Examples:
  TASUKI_TOKEN=… tasuki enter entries teams.csv --to http://127.0.0.1:8080 --race my-race --dry-run
  TASUKI_TOKEN=… tasuki enter members order.csv --to http://127.0.0.1:8080 --race my-race
  TASUKI_TOKEN=… tasuki enter passages x1.csv --to http://127.0.0.1:8080 --race my-race --checkpoint x1
  TASUKI_TOKEN=… tasuki enter start-list starts.xml --to http://127.0.0.1:8080 --race my-race

TASUKI_TOKEN is an API token, or the server's TASUKI_ADMIN_TOKEN; it can only be
given as a variable.";

/// What a file may hold.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Competitors or teams, a row each
    Entries,
    /// Who runs which leg
    Members,
    /// Passages that were written down
    Passages,
    /// An IOF XML 3.0 StartList
    StartList,
}

/// What a column of times may hold.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Times {
    /// Times of day
    Clock,
    /// Times from the gun
    Gun,
}

impl Enter {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let file = read(&self.file)?;
        let client = Client::new(&self.to, client::token()?)?;
        self.logging.start("warn")?;
        let kind = name_of(&self.what);
        let body = client
            .import(&self.race, &kind, &self.query(), file)
            .await?;
        let answer: Answer =
            serde_json::from_slice(&body).context("cannot read the server's answer")?;
        output::say(&answer.told(&self.race, self.dry_run))?;
        match answer.summary.reject {
            0 => Ok(()),
            1 => Err(anyhow!("a row is rejected").into()),
            count => Err(anyhow!("{count} rows are rejected").into()),
        }
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        let mut flag = |name, set: bool, value: &str| {
            if set {
                query.push((name, value.to_owned()));
            }
        };
        flag("dry_run", self.dry_run, "true");
        flag("strict", self.strict, "true");
        flag("missing_only", self.missing_only, "true");
        flag("starts", self.no_starts, "false");
        let texts = [
            ("times", self.times.as_ref().map(name_of)),
            ("date", self.date.clone()),
            ("checkpoint", self.checkpoint.clone()),
            ("encoding", self.encoding.clone()),
            ("delimiter", self.delimiter.clone()),
        ];
        let given = texts.into_iter();
        query.extend(given.filter_map(|(name, text)| Some((name, text?))));
        query
    }
}

fn name_of(value: &impl ValueEnum) -> String {
    let name = value.to_possible_value();
    name.map(|name| name.get_name().to_owned())
        .unwrap_or_default()
}

/// The whole file. One that is too large is refused before it is sent.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        let context = format!("cannot open {}", path.display());
        Failure::Configuration(anyhow::Error::new(error).context(context))
    })?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let mib = FILE_BYTES_MAX / (1024 * 1024);
        return Err(Failure::configuration(format!(
            "{} has more than {mib} MiB, enter it in parts",
            path.display()
        )));
    }
    Ok(bytes)
}
