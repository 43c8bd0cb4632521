//! Means of watching.

use crate::packing::Packing;

/// How somebody watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// Nobody does, but the one who is there in every run.
    Nobody,
    /// A live stream, with so many others who take it the same way.
    Stream { packing: Packing, viewers: usize },
    /// Asking, in a coding and saying what is known; or neither.
    Poll {
        coding: Option<&'static str>,
        viewers: usize,
    },
}

/// Frames are compressed together from so many viewers on.
pub(crate) const MANY: usize = 32;
/// Of those who ask a few are enough: each costs much.
const POLLERS: usize = 8;

impl Means {
    /// Those that are measured, in order, so many watching a stream.
    pub(crate) fn all(viewers: usize) -> Vec<Self> {
        let stream = |packing, viewers| Self::Stream { packing, viewers };
        let poll = |coding| Self::Poll {
            coding,
            viewers: POLLERS,
        };
        vec![
            stream(Packing::Plain, viewers),
            stream(Packing::Alone, MANY - 1),
            stream(Packing::Shared, viewers),
            poll(None),
            poll(Some("gzip")),
            poll(Some("br")),
            poll(Some("zstd")),
        ]
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::Stream { packing, .. } => stream(packing).to_owned(),
            Self::Poll { coding: None, .. } => "poll, identity".to_owned(),
            Self::Poll {
                coding: Some(coding),
                ..
            } => format!("poll, 304, {coding}"),
        }
    }

    /// Whether a middleware could compress it.
    pub(crate) fn is_plain_stream(self) -> bool {
        matches!(
            self,
            Self::Stream {
                packing: Packing::Plain,
                ..
            }
        )
    }

    pub(crate) fn viewers(self) -> usize {
        match self {
            Self::Nobody => 0,
            Self::Stream { viewers, .. } | Self::Poll { viewers, .. } => viewers,
        }
    }
}

impl Means {
    /// The same with the fewest viewers that are sent the same.
    pub(crate) fn least(self) -> Self {
        match self {
            Self::Nobody => Self::Nobody,
            Self::Stream { packing, .. } => Self::Stream {
                packing,
                viewers: if packing == Packing::Shared { MANY } else { 1 },
            },
            Self::Poll { coding, .. } => Self::Poll { coding, viewers: 1 },
        }
    }
}

/// How a stream is called in the results.
pub(crate) fn stream(packing: Packing) -> &'static str {
    match packing {
        Packing::Plain => "stream, identity",
        Packing::Alone => "stream, gzip, few viewers",
        Packing::Shared => "stream, gzip, 32 viewers or more",
        Packing::Own => "stream, gzip by a middleware",
    }
}
