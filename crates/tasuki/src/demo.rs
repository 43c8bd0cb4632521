//! `tasuki demo`: a made-up ekiden, recorded over the real API into a real
//! server, so that everything can be seen without a race.
//!
//! [`mod@script`] makes the race from a seed; [`mod@play`] sends it as the devices at
//! the checkpoints and the race office would. The log is a temporary file.

mod course;
mod mishaps;
mod notes;
mod play;
mod relay;
mod script;
mod teams;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::Args;
use tasuki_race::Instant;
use tasuki_server::{Options, Running};
use tempfile::TempDir;

use self::script::{Script, script};
use crate::client::{Client, server_address};
use crate::failure::Failure;
use crate::logging::LogArgs;
use crate::signals::Signals;
use crate::speed::Speed;
use crate::{output, serve};

/// Day one begins at eight o'clock in Japan,
const GUN_MS_OF_DAY: i64 = 8 * HOUR_MS;
/// which is nine hours ahead,
const JAPAN_AHEAD_MS: i64 = 9 * HOUR_MS;
/// two days ago, so that the whole race lies in the past.
const DAYS_AGO: i64 = 2;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Play a made-up ekiden, to see what the product does
///
/// Plays a fictional university ekiden of two days, with everything that
/// happens on such days, into a server of its own. It lasts about eleven
/// minutes at the usual speed, and then begins again. Nothing is kept.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// How many times faster than life, or max
    #[arg(long, env = "TASUKI_SPEED", value_name = "X", default_value = "60")]
    #[arg(hide_env_values = true)]
    speed: Speed,
    /// Where the board is served
    #[arg(
        long,
        env = "TASUKI_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    #[arg(hide_env_values = true)]
    listen: SocketAddr,
    /// Which race: another number is another race, the same number the same
    #[arg(long, env = "TASUKI_SEED", value_name = "N", default_value_t = 1)]
    #[arg(hide_env_values = true)]
    seed: u64,
    /// How many races are played [default: until Ctrl-C]
    #[arg(long, env = "TASUKI_ROUNDS", value_name = "N", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    rounds: Option<u64>,
    /// How long the final standings are shown, seconds
    #[arg(long, env = "TASUKI_HOLD_S", value_name = "S", default_value_t = 20)]
    #[arg(hide_env_values = true, value_parser = clap::value_parser!(u64).range(..=86_400))]
    hold_s: u64,
    #[command(flatten)]
    logging: LogArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki demo
  tasuki demo --speed 600                      the whole race in about a minute
  tasuki demo --listen 0.0.0.0:8080 --seed 7   another race, for phones on the network

TASUKI_ADMIN_TOKEN may give the administrator's credential; without it one is
made up.";

impl Demo {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let given = serve::admin_token()?;
        self.logging.start("warn")?;
        let token = given.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
        let mut signals = Signals::listen()?;
        let mut address = self.listen;
        for round in 0..self.rounds.unwrap_or(u64::MAX) {
            let script = script(self.seed.wrapping_add(round), gun()?)?;
            let stage = Stage::open(address, token.clone()).await?;
            // A port that was left to the system is kept for the next round.
            address = stage.running.address();
            if round == 0 {
                self.announce(address)?;
            }
            let client = Client::new(&reached_at(address)?, token.clone())?;
            let played = tokio::select! {
                played = self.round(&client, &script) => played.map(|()| Played::ToTheEnd),
                () = signals.next() => Ok(Played::Interrupted),
            };
            serve::stop(stage.running, &mut signals).await?;
            match played? {
                Played::ToTheEnd => {}
                Played::Interrupted => return Ok(()),
            }
        }
        Ok(())
    }

    /// One race, and its final standings for a while.
    async fn round(&self, client: &Client, script: &Script) -> anyhow::Result<()> {
        let tally = play::play(client, script, self.speed).await?;
        tracing::info!(%tally, "the race is over");
        tokio::time::sleep(Duration::from_secs(self.hold_s)).await;
        Ok(())
    }

    fn announce(&self, address: SocketAddr) -> Result<(), Failure> {
        let pace = match self.speed {
            Speed::Times(times) => format!("{times} times faster than life"),
            Speed::Max => "as fast as it goes".to_owned(),
        };
        let mut lines = vec![format!("A made-up ekiden is being run, {pace}.")];
        for url in serve::to_open("http", address) {
            lines.push(format!("  board      {url}races/{}", course::RACE));
            lines.push(format!("  all races  {url}"));
        }
        lines.push("Ctrl-C ends it. To see it faster: tasuki demo --speed 600".to_owned());
        output::say(&lines.join("\n"))
    }
}

/// How a round ended.
enum Played {
    ToTheEnd,
    Interrupted,
}

/// One caller plays dozens of recorders and the race office, faster than life. Whoever
/// watches is limited as on a race day.
const LIMITS: &str = "entry=off,write=off";

/// A server on a log that goes away with it.
struct Stage {
    running: Running,
    _folder: TempDir,
}

impl Stage {
    async fn open(listen: SocketAddr, token: String) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("tasuki-demo-").tempdir();
        let folder = folder.context("cannot make a temporary folder")?;
        let url = format!("sqlite:{}", folder.path().join("demo.sqlite").display());
        let store = tasuki_log::open(&url, &tasuki_log::Options::default()).await?;
        let options = Options {
            listen,
            ops_listen: None,
            admin_token: Some(token),
            limits: LIMITS.parse().map_err(anyhow::Error::msg)?,
            ..Options::default()
        };
        let running = tasuki_server::start(options, store)
            .await
            .context("cannot start")?;
        Ok(Self {
            running,
            _folder: folder,
        })
    }
}

/// Where this process reaches its own server.
fn reached_at(address: SocketAddr) -> anyhow::Result<reqwest::Url> {
    let url = serve::to_open("http", address)
        .next()
        .context("the server has no address")?;
    server_address(&url).map_err(anyhow::Error::msg)
}

/// When the race began.
fn gun() -> anyhow::Result<Instant> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock stands before 1970")?;
    let midnight_ms =
        (i64::try_from(now.as_millis())? + JAPAN_AHEAD_MS) / DAY_MS * DAY_MS - JAPAN_AHEAD_MS;
    Ok(Instant::from_ms(
        midnight_ms - DAYS_AGO * DAY_MS + GUN_MS_OF_DAY,
    ))
}
