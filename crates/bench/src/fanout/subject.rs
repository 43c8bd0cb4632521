//! The servers under test, each in a process of its own.

use anyhow::Result;
use tasuki_bench::run::subject::{Needs, Subject};
use tasuki_bench::run::tasuki::Tasuki;
use tasuki_bench::server::Server;

use crate::nchan;
use crate::plain::Plain;
use crate::uring;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tasuki,
    TasukiAxum,
    Raw,
    RawPending,
    Uring,
    UringPending,
    Tokio,
    Nchan,
}

impl Kind {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 8] = [
        Self::Tasuki,
        Self::TasukiAxum,
        Self::Raw,
        Self::RawPending,
        Self::Uring,
        Self::UringPending,
        Self::Tokio,
        Self::Nchan,
    ];

    /// Those that are measured where nothing else is asked for.
    pub(crate) const USUAL: [Self; 6] = [
        Self::Tasuki,
        Self::TasukiAxum,
        Self::Raw,
        Self::Uring,
        Self::Tokio,
        Self::Nchan,
    ];

    /// As it is called in arguments and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tasuki => "tasuki",
            Self::TasukiAxum => "tasuki-axum",
            Self::Raw => "raw",
            Self::RawPending => "raw-pending",
            Self::Uring => "uring",
            Self::UringPending => "uring-pending",
            Self::Tokio => "tokio",
            Self::Nchan => "nchan",
        }
    }

    /// Why it cannot be measured here, if it cannot.
    pub(crate) fn missing(self) -> Result<Option<&'static str>> {
        Ok(match self {
            Self::TasukiAxum if !Server::knows("--fanout")? => {
                Some("this tasuki has no flag --fanout")
            }
            Self::Uring | Self::UringPending if !uring::is_there() => {
                Some("the system lets nobody, or not us, use io_uring")
            }
            Self::Nchan if !nchan::is_there() => {
                Some("nginx and libnginx-mod-nchan are not installed")
            }
            _ => None,
        })
    }

    /// Whether it takes several messages in a request, and shows what comes of them.
    pub(crate) fn merges(self) -> bool {
        matches!(self, Self::Tasuki | Self::TasukiAxum)
    }

    /// Starts it.
    pub(crate) fn start(self, needs: &Needs<'_>) -> Result<Box<dyn Subject>> {
        Ok(match self {
            Self::Tasuki => Box::new(Tasuki::start(needs, &[])?),
            Self::TasukiAxum => Box::new(Tasuki::start(needs, &["--fanout", "axum"])?),
            Self::Raw | Self::RawPending | Self::Uring | Self::UringPending | Self::Tokio => {
                Box::new(Plain::own(self.name(), needs.processor)?)
            }
            Self::Nchan => Box::new(Plain::nchan(needs)?),
        })
    }
}
