//! `tasuki postmortem`: a draft of what happened, from what the server has kept.
//!
//! ```text
//! operations, minutes, race logs ─▶ Evidence ─▶ Findings ─▶ draft, in Japanese or English
//! ```
//!
//! Figures and times are worked out; causes are left to whoever writes the rest.

mod delays;
mod draft;
mod evidence;
mod findings;
mod moment;
mod told;
mod words;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tasuki_log::Access;
use tasuki_race::RaceId;

use crate::failure::Failure;
use crate::output::Output;
use crate::store::StoreArgs;
use evidence::Evidence;
use findings::Findings;
use moment::Moment;
use words::Words;

/// Draft a postmortem of an incident
///
/// Writes Markdown: summary, impact in figures, timeline, how long it took to be
/// noticed, what was changed just before, and what is to be filled in by hand. It
/// reads the log of operations, what the server measured in each minute of the last
/// 30 days, and the logs of the races.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Postmortem {
    /// From when on, such as 2026-01-02T08:00:00+09:00; times are written as there
    #[arg(
        long,
        env = "TASUKI_FROM",
        value_name = "INSTANT",
        hide_env_values = true
    )]
    from: Moment,
    /// Until when
    #[arg(
        long,
        env = "TASUKI_UNTIL",
        value_name = "INSTANT",
        hide_env_values = true
    )]
    to: Moment,
    /// In which language
    #[arg(long, env = "TASUKI_LANG", value_name = "LANG", default_value = "en")]
    #[arg(hide_env_values = true)]
    lang: Lang,
    /// Only this race; may be given several times [default: all]
    #[arg(long, env = "TASUKI_RACE", value_name = "ID", hide_env_values = true)]
    race: Vec<RaceId>,
    /// Write to this file, which appears when it is whole [default: standard output]
    #[arg(long, env = "TASUKI_OUT", value_name = "FILE", hide_env_values = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

/// The language of the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Ja,
    En,
}

const EXAMPLES: &str = "\
Examples:
  tasuki postmortem --from 2026-01-02T08:00:00+09:00 --to 2026-01-02T10:00:00+09:00 --lang ja
  tasuki postmortem --from 2026-01-02T08:00:00+09:00 --to 2026-01-02T10:00:00+09:00 \\
    --race relay --out 2026-01-02.md --log postgres://tasuki@db/tasuki";

impl Postmortem {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        if self.to.instant <= self.from.instant {
            return Err(Failure::configuration("--to: name a moment behind --from"));
        }
        let store = self.store.open(Access::ReadOnly).await?;
        let (from, to) = (self.from.instant, self.to.instant);
        let evidence = Evidence::gather(&store, from, to, &self.race).await?;
        let findings = Findings::of(&evidence);
        let words = Words {
            lang: self.lang,
            zone: self.from.zone,
        };
        let mut output = Output::open(self.out.as_deref())?;
        for line in draft::write(&words, &evidence, &findings) {
            output.line(&line)?;
        }
        output.finish()
    }
}
