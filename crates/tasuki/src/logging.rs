//! What the program says about itself while it runs, on standard error.
//!
//! Standard output belongs to what was asked for: addresses, logs, standings.

mod one_line;

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tasuki_server::Logging;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use crate::failure::Failure;
use crate::logging::one_line::OneLine;
use crate::traces::Traces;

/// Flags of the commands that run for long.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// How log lines are written
    #[arg(
        long,
        env = "TASUKI_LOG_FORMAT",
        value_name = "FORMAT",
        value_enum,
        default_value_t
    )]
    #[arg(hide_env_values = true)]
    log_format: LogFormat,
    /// What is logged: error, warn, info, debug, trace, or by part, such as
    /// `info,tasuki_log=debug` [default: info for serve, warn elsewhere]
    #[arg(long, env = "TASUKI_LOG_LEVEL", value_name = "LEVEL")]
    #[arg(hide_env_values = true, value_parser = directives)]
    log_level: Option<String>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// For people
    #[default]
    Human,
    /// For log collectors
    Json,
}

/// Checked here, so that a wrong level is refused with the other arguments.
fn directives(text: &str) -> Result<String, String> {
    let wanted = "write error, warn, info, debug or trace, or PART=LEVEL, with commas between";
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| wanted.to_owned())
}

impl LogArgs {
    /// Starts logging, from `level` on where nothing else is asked for; once
    /// per process. What is logged can be changed by what it gives back.
    pub(crate) fn start(&self, level: &str) -> Result<Arc<Levels>, Failure> {
        self.start_with(level, None)
    }

    /// The same, and spans go where traces are collected.
    pub(crate) fn start_with(
        &self,
        level: &str,
        traces: Option<&Traces>,
    ) -> Result<Arc<Levels>, Failure> {
        let level = self.log_level.as_deref().unwrap_or(level);
        let filter = EnvFilter::try_new(level).map_err(Failure::configuration)?;
        let (filter, handle) = reload::Layer::new(filter);
        let lines = self.lines().with_filter(filter);
        // Of the traces only what this program says of itself, whatever is logged.
        let ours = filter_fn(|it| it.is_span() && it.target().starts_with("tasuki"));
        let spans = traces.map(|traces| {
            let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
            layer
                .with_location(false)
                .with_threads(false)
                .with_filter(ours)
        });
        let started = tracing_subscriber::registry().with(lines).with(spans);
        let failed = |error| Failure::Runtime(anyhow::anyhow!("cannot start logging: {error}"));
        started.try_init().map_err(failed)?;
        let usual = level.to_owned();
        let set: Set = Box::new(move |to| handle.reload(to));
        Ok(Arc::new(Levels { usual, set }))
    }

    /// What writes lines.
    fn lines(&self) -> Box<dyn Layer<Registry> + Send + Sync> {
        // Escape codes are for eyes, not for files.
        let is_coloured = io::stderr().is_terminal();
        let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
        match self.log_format {
            LogFormat::Human => {
                let format = tracing_subscriber::fmt::format().with_ansi(is_coloured);
                let format = OneLine {
                    format,
                    is_coloured,
                };
                lines.with_ansi(is_coloured).event_format(format).boxed()
            }
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
        }
    }
}

type Set = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send + Sync>;

/// What is logged, to be changed while the program runs.
pub(crate) struct Levels {
    /// As the program was started.
    usual: String,
    set: Set,
}

impl fmt::Debug for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut levels = f.debug_struct("Levels");
        levels.field("usual", &self.usual).finish_non_exhaustive()
    }
}

impl Logging for Levels {
    fn usual(&self) -> &str {
        &self.usual
    }

    fn check(&self, level: &str) -> Result<(), String> {
        directives(level).map(drop)
    }

    fn set(&self, level: &str) -> Result<(), String> {
        let filter = EnvFilter::try_new(level).map_err(|error| error.to_string())?;
        (self.set)(filter).map_err(|error| error.to_string())
    }
}
