//! `tasuki health`: does a server answer?

use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use reqwest::{StatusCode, Url};

use crate::failure::Failure;
use crate::output;

/// Longer, and whoever waits for the answer has given up.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);
/// Of what a server says no more is repeated.
const SHOWN_CHARS_MAX: usize = 500;

/// Ask a server whether it serves
///
/// Exits 0 if the answer is 200, else 1: for health checks of containers and for
/// scripts, where there is no curl.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Health {
    /// What is asked: /health says whether the process serves, /ready whether it records
    #[arg(
        value_name = "URL",
        default_value = "http://127.0.0.1:9464/health",
        value_parser = address
    )]
    url: Url,
}

const EXAMPLES: &str = "\
Examples:
  tasuki health
  tasuki health http://127.0.0.1:9464/ready

Ask where operators do (--ops-listen of tasuki serve): that listener speaks plain HTTP
also where everyone else is spoken to with TLS.";

fn address(text: &str) -> Result<Url, String> {
    let wanted = "write it like http://127.0.0.1:9464/health";
    let url: Url = text.parse().map_err(|error| format!("{error}, {wanted}"))?;
    match url.scheme() {
        "http" if url.host_str().is_some() => Ok(url),
        _ => Err(wanted.to_owned()),
    }
}

impl Health {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let client = reqwest::Client::builder().timeout(ANSWER_TIME_MAX);
        let client = client.build().context("cannot set up the HTTP client")?;
        let url = self.url;
        let answer = client.get(url.clone()).send().await;
        let answer = answer.with_context(|| format!("no answer from {url}"))?;
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        let text: String = text.chars().take(SHOWN_CHARS_MAX).collect();
        if status == StatusCode::OK {
            return output::say(text.trim_end());
        }
        Err(anyhow!("{url} answers {status}: {text}").into())
    }
}
