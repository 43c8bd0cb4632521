//! `tasuki serve`: record a race and show it live, until a signal comes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use reqwest::Url;
use tasuki_log::Access;
use tasuki_server::{Alerting, Limits, Options, Proxies, Running, SHARDS_MAX, Webhook, Writer};

use crate::certificate::CertificateArgs;
use crate::failure::Failure;
use crate::logging::LogArgs;
use crate::output;
use crate::signals::{Hangups, Signals};
use crate::store::StoreArgs;
use crate::systemd;
use crate::traces::{TraceArgs, Traces};

/// The variable that holds the administrator's token: a flag would show in the
/// list of processes.
const ADMIN_TOKEN_VARIABLE: &str = "TASUKI_ADMIN_TOKEN";
/// The variable that holds the secret by which posted alerts are signed.
const WEBHOOK_SECRET_VARIABLE: &str = "TASUKI_ALERT_WEBHOOK_SECRET";
/// A commit so often costs next to nothing, and two that fail are noticed in half a
/// minute.
const CANARY_EVERY_S: u64 = 5;
/// Shorter ones can be guessed.
const STRONG_TOKEN_CHARS: usize = 16;
/// What is logged unless something else is asked for; the schema's migrations
/// tell every step.
const LOG_LEVEL: &str = "info,refinery_core=warn";
/// What a service manager shows beside the unit.
const SERVING: &str = "serving";
/// How long a graceful stop may take.
const STOP_TIME: Duration = Duration::from_secs(10);

/// Record a race and show it live
///
/// Opens the log, builds the standings from it, and serves the pages, the API
/// and the live streams. SIGTERM or Ctrl-C stops gracefully; a second one at
/// once. SIGHUP reads the certificate again, where there is one.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    #[command(flatten)]
    store: StoreArgs,
    /// Where the pages, the API and the live streams are served
    #[arg(
        long,
        env = "TASUKI_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    #[arg(hide_env_values = true)]
    listen: SocketAddr,
    /// Where metrics and health are served, or off
    #[arg(
        long,
        env = "TASUKI_OPS_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:9464"
    )]
    #[arg(hide_env_values = true)]
    ops_listen: OpsListen,
    #[command(flatten)]
    certificate: CertificateArgs,
    /// The address under which people reach the server, for links and QR codes
    /// [default: the one of the request]
    #[arg(
        long,
        env = "TASUKI_PUBLIC_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    #[arg(value_parser = public_url)]
    public_url: Option<String>,
    /// Most live streams at once; more are asked to come back. Unless set otherwise
    /// while it ran (PUT /api/settings/viewers_max)
    #[arg(
        long,
        env = "TASUKI_VIEWERS_MAX",
        value_name = "N",
        hide_env_values = true
    )]
    #[arg(default_value_t = Options::default().viewers_max)]
    viewers_max: usize,
    /// Addresses or networks of the proxies in front of the server, with commas between:
    /// they are believed when they say for whom they ask (Forwarded, X-Forwarded-For)
    /// [default: none]
    #[arg(
        long,
        env = "TASUKI_TRUSTED_PROXIES",
        value_name = "CIDR",
        hide_env_values = true
    )]
    trusted_proxies: Option<Proxies>,
    /// What one caller may ask for, a token or else an address: off, or NAME=N and
    /// NAME=off with commas between, for those that are to differ. Requests a minute:
    /// login, entry, write, read, export, stream, part, shared, other; at a time:
    /// viewers, connections, bodies [default: more than a race ever needs]
    #[arg(
        long,
        env = "TASUKI_LIMITS",
        value_name = "LIMITS",
        hide_env_values = true
    )]
    limits: Option<Limits>,
    /// Threads that write the live streams [default: one per processor]
    #[arg(long, env = "TASUKI_SHARDS", value_name = "N", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=SHARDS_MAX as u64))]
    shards: Option<u64>,
    /// Who writes the live streams: threads of their own, or the web server, at
    /// several times the price, to compare
    #[arg(
        long,
        env = "TASUKI_FANOUT",
        value_enum,
        default_value_t = Fanout::Shards,
        hide_env_values = true
    )]
    fanout: Fanout,
    /// End live streams after this at the latest; viewers come back by themselves, and
    /// so spread over servers that were added [default: never]
    #[arg(
        long,
        env = "TASUKI_STREAM_MINUTES_MAX",
        value_name = "MIN",
        hide_env_values = true
    )]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=10_080))]
    stream_minutes_max: Option<u64>,
    /// Longest time for which changes are collected before they are shown, milliseconds.
    /// Unless set otherwise while it ran (PUT /api/settings/tick_ms_max)
    #[arg(
        long,
        env = "TASUKI_TICK_MS_MAX",
        value_name = "MS",
        hide_env_values = true
    )]
    #[arg(default_value_t = Options::default().tick_ms_max)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=10_000))]
    tick_ms_max: u64,
    /// Post alerts there, as JSON, when they fire and when they are over
    #[arg(
        long,
        env = "TASUKI_ALERT_WEBHOOK",
        value_name = "URL",
        hide_env_values = true
    )]
    alert_webhook: Option<Webhook>,
    /// How often the canary records a fact in a race of its own, which nobody sees, and
    /// waits until it is shown, seconds; 0: never. Every five minutes while nobody
    /// watches or records
    #[arg(
        long,
        env = "TASUKI_CANARY_EVERY",
        value_name = "S",
        hide_env_values = true,
        default_value_t = CANARY_EVERY_S,
        value_parser = clap::value_parser!(u64).range(..=3_600)
    )]
    canary_every: u64,
    /// Log queries that the database takes longer for, milliseconds; 0: none. Unless set
    /// otherwise while it ran (PUT /api/settings/slow_query_ms)
    #[arg(
        long,
        env = "TASUKI_SLOW_QUERY_MS",
        value_name = "MS",
        hide_env_values = true
    )]
    #[arg(default_value_t = Options::default().slow_query_ms)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=3_600_000))]
    slow_query_ms: u64,
    #[command(flatten)]
    logging: LogArgs,
    #[command(flatten)]
    traces: TraceArgs,
}

const EXAMPLES: &str = "\
Examples:
  tasuki serve
  tasuki serve --listen 0.0.0.0:80 --public-url http://timing.local
  TASUKI_ADMIN_TOKEN=… tasuki serve --log postgres://tasuki@localhost/tasuki
  tasuki serve --listen 0.0.0.0:443 --tls-cert fullchain.pem --tls-key privkey.pem
  tasuki serve --trusted-proxies 127.0.0.1,10.0.0.0/8 --limits read=300,export=off

TASUKI_ADMIN_TOKEN is the administrator's credential, of 16 characters or more; it
can only be given as a variable. Without it, one is made at the first start of a
log and printed once.

TASUKI_ALERT_WEBHOOK_SECRET, of 16 characters or more, signs what is posted to
--alert-webhook.";

/// Who writes the live streams.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Fanout {
    Shards,
    Axum,
}

/// Where metrics and health are served.
#[derive(Clone, Copy, Debug)]
enum OpsListen {
    Off,
    At(SocketAddr),
}

impl FromStr for OpsListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            _ => text
                .parse()
                .map(Self::At)
                .map_err(|_| "write IP:PORT, or off".to_owned()),
        }
    }
}

impl Serve {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let options = self.options()?;
        let traces = self.traces.start()?;
        let logging = self.logging.start_with(LOG_LEVEL, traces.as_deref())?;
        let options = Options {
            logging: Some(logging),
            traces: traces
                .clone()
                .map(|traces| traces as Arc<dyn tasuki_server::Traces>),
            ..options
        };
        let mut signals = Signals::listen()?;
        let mut hangups = self.hangups()?;
        let store = self.store.open(Access::ReadWrite).await?;
        let mut running = tasuki_server::start(options, store)
            .await
            .context("cannot start")?;
        self.announce(&running)?;
        systemd::ready(SERVING);
        let signs = tokio::spawn(systemd::give_signs(running.pulse()));
        let outcome = loop {
            tokio::select! {
                () = signals.next() => break Ok(()),
                reason = running.failed() => break Err(anyhow!("{reason}").into()),
                () = next(&mut hangups) => {
                    systemd::reloading();
                    running.renew_certificate().await;
                    systemd::ready(SERVING);
                }
            }
        };
        signs.abort();
        systemd::stopping();
        let stopped = stop(running, &mut signals).await;
        if let Some(traces) = traces {
            finish(traces).await;
        }
        stopped.and(outcome)
    }

    /// A hangup ends who was started from a terminal, unless there is something to be
    /// read again; a service manager sends it to all alike.
    fn hangups(&self) -> Result<Option<Hangups>, Failure> {
        let wanted = self.certificate.is_given() || systemd::is_listening();
        wanted.then(Hangups::listen).transpose()
    }

    fn options(&self) -> Result<Options, Failure> {
        Ok(Options {
            listen: self.listen,
            ops_listen: match self.ops_listen {
                OpsListen::Off => None,
                OpsListen::At(address) => Some(address),
            },
            certificate: self.certificate.load()?,
            admin_token: admin_token()?,
            public_url: self.public_url.clone(),
            viewers_max: self.viewers_max,
            limits: self.limits.clone().unwrap_or_default(),
            trusted_proxies: self.trusted_proxies.clone().unwrap_or_default(),
            writer: self.writer(),
            stream_time_max: self
                .stream_minutes_max
                .map(|minutes| Duration::from_secs(minutes * 60)),
            tick_ms_max: self.tick_ms_max,
            alerting: Alerting {
                webhook: self.webhook()?,
                ..Alerting::default()
            },
            canary_every: Some(self.canary_every)
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
            slow_query_ms: self.slow_query_ms,
            ..Options::default()
        })
    }

    /// Where alerts are posted, signed if there is a secret.
    fn webhook(&self) -> Result<Option<Webhook>, Failure> {
        let secret = std::env::var(WEBHOOK_SECRET_VARIABLE);
        let secret = secret.ok().filter(|secret| !secret.is_empty());
        let webhook = self.alert_webhook.clone();
        let (Some(webhook), Some(secret)) = (webhook.clone(), secret) else {
            return Ok(webhook);
        };
        let signed = webhook.signed(secret).map(Some);
        signed
            .map_err(|error| Failure::configuration(format!("{WEBHOOK_SECRET_VARIABLE}: {error}")))
    }

    fn writer(&self) -> Writer {
        match (self.fanout, self.shards) {
            (Fanout::Axum, _) => Writer::Axum,
            (Fanout::Shards, None) => Writer::default(),
            // It was checked to be few.
            (Fanout::Shards, Some(shards)) => {
                Writer::Shards(usize::try_from(shards).unwrap_or(SHARDS_MAX))
            }
        }
    }

    /// Says where to look, once everything is there.
    fn announce(&self, running: &Running) -> Result<(), Failure> {
        let mut lines = vec![format!(
            "tasuki {} is serving {}",
            env!("CARGO_PKG_VERSION"),
            self.store.shown()
        )];
        match &self.public_url {
            Some(url) => lines.push(format!("  open     {url}/")),
            None => {
                let scheme = self.certificate.scheme();
                let urls = to_open(scheme, running.address());
                lines.extend(urls.map(|url| format!("  open     {url}")));
            }
        }
        if let Some(address) = running.ops_address() {
            lines.push(format!("  metrics  http://{address}/metrics"));
        }
        if let Some(token) = running.generated_admin_token() {
            lines.push(format!("  admin token, shown this once: {token}"));
        }
        lines.push("Ctrl-C stops it.".to_owned());
        output::say(&lines.join("\n"))
    }
}

/// The next hangup, where they are heard.
async fn next(hangups: &mut Option<Hangups>) {
    match hangups {
        Some(hangups) => hangups.next().await,
        None => std::future::pending().await,
    }
}

/// Sends the last spans: off the threads of the runtime, which they are sent on.
async fn finish(traces: Arc<Traces>) {
    // What cannot be sent was said.
    let _ = tokio::task::spawn_blocking(move || traces.finish()).await;
}

/// Stops gracefully; at once after a second signal or when time is up.
pub(crate) async fn stop(running: Running, signals: &mut Signals) -> Result<(), Failure> {
    tokio::select! {
        stopped = tokio::time::timeout(STOP_TIME, running.stop()) => {
            stopped.map_err(|_| anyhow!("did not stop within {} s", STOP_TIME.as_secs()).into())
        }
        () = signals.next() => Err(Failure::Interrupted),
    }
}

/// The addresses under which a browser finds the server: of one that listens
/// everywhere, this machine's own and the one on its network.
pub(crate) fn to_open(scheme: &'static str, address: SocketAddr) -> impl Iterator<Item = String> {
    let everywhere = address.ip().is_unspecified();
    let here = if everywhere {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        address.ip()
    };
    let network = if everywhere { network_address() } else { None };
    let url = move |ip| format!("{scheme}://{}/", SocketAddr::new(ip, address.port()));
    std::iter::once(here).chain(network).map(url)
}

/// The address that this machine has towards others. Nothing is sent: only
/// the route is looked up, to an address that is reserved for documentation.
fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// The administrator's token, if the environment gives one.
pub(crate) fn admin_token() -> Result<Option<String>, Failure> {
    let Some(token) = std::env::var_os(ADMIN_TOKEN_VARIABLE) else {
        return Ok(None);
    };
    match token.into_string() {
        Ok(token) if fits_a_header(&token) => {
            if token.len() < STRONG_TOKEN_CHARS {
                tracing::warn!(
                    "{ADMIN_TOKEN_VARIABLE} is easily guessed: give it {STRONG_TOKEN_CHARS} characters or more"
                );
            }
            Ok(Some(token))
        }
        Ok(_) | Err(_) => Err(Failure::configuration(format!(
            "{ADMIN_TOKEN_VARIABLE} must be of letters, digits and punctuation, and not empty"
        ))),
    }
}

fn fits_a_header(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn public_url(text: &str) -> Result<String, String> {
    let wanted = "write it like https://timing.example.org";
    let url: Url = text.parse().map_err(|error| format!("{error}, {wanted}"))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.host_str().is_some();
    if !matches!(url.scheme(), "http" | "https") || !plain {
        return Err(wanted.to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_opened_at_this_machine() {
        let urls: Vec<String> =
            to_open("http", "0.0.0.0:81".parse().expect("an address")).collect();
        assert_eq!(urls[0], "http://127.0.0.1:81/");
        let urls: Vec<String> = to_open("https", "[::1]:81".parse().expect("an address")).collect();
        assert_eq!(urls, ["https://[::1]:81/"]);
    }

    #[test]
    fn a_public_address_is_that_of_a_site() {
        assert_eq!(
            public_url("https://a.example/").as_deref(),
            Ok("https://a.example")
        );
        for bad in ["a.example", "ftp://a.example", "http://a.example/?x=1", ""] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_that_does_not_fit_into_a_header_is_refused() {
        assert!(fits_a_header("0123-456_789.abc"));
        assert!(!fits_a_header(""));
        assert!(!fits_a_header("0123456789abcde f"));
        assert!(!fits_a_header("襷"));
    }
}
