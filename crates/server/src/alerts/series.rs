//! What is measured, in the words of the metrics: a series, and what is made of it.
//!
//! Written as constants in the [table](super::table). Each says of itself what it is
//! in PromQL, so that a test can hold the table against the rules for Prometheus.

use std::fmt;

/// Samples of a metric, summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    /// As it is printed.
    pub(crate) name: &'static str,
    /// Only those with such labels.
    pub(crate) only: &'static [Label],
    /// Apart for each value of these labels; none where there is one sample only.
    pub(crate) by: Option<&'static [&'static str]>,
}

/// What a label is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// That.
    Is(&'static str, &'static str),
    /// Anything else.
    IsNot(&'static str, &'static str),
    /// A status from 500 on.
    Failed,
    /// What Prometheus adds: all that a process prints has it.
    OfJob,
}

/// A time that is looked back, seconds.
type Window = u32;

/// What is made of series.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measure {
    /// As it is.
    Now(Series),
    /// The mean over a time.
    Average(Series, Window),
    /// The least within a time.
    Least(Series, Window),
    /// How often it changed within a time.
    Changes(Series, Window),
    /// How much a counter grew within a time.
    Increase(Series, Window),
    /// The same for each second.
    Rate(Series, Window),
    /// Within what 95 % of the observations of a time stayed.
    P95(Series, Window),
    /// The first as a share of the second.
    Share(&'static Measure, &'static Measure),
    /// Where there are more than so many.
    MoreThan(Series, u32),
}

impl Series {
    /// The only one of its name.
    pub(crate) const fn one(name: &'static str) -> Self {
        Self {
            name,
            only: &[],
            by: None,
        }
    }

    /// All of that name together.
    pub(crate) const fn all(name: &'static str) -> Self {
        Self {
            name,
            only: &[],
            by: Some(&[]),
        }
    }

    pub(crate) const fn only(self, only: &'static [Label]) -> Self {
        Self { only, ..self }
    }

    pub(crate) const fn by(self, by: &'static [&'static str]) -> Self {
        Self {
            by: Some(by),
            ..self
        }
    }
}

impl Measure {
    /// The series that it is made of.
    pub(crate) fn series(&self, found: &mut Vec<Series>) {
        match self {
            Self::Now(series)
            | Self::Average(series, _)
            | Self::Least(series, _)
            | Self::Changes(series, _)
            | Self::Increase(series, _)
            | Self::Rate(series, _)
            | Self::P95(series, _)
            | Self::MoreThan(series, _) => found.push(*series),
            Self::Share(part, whole) => {
                part.series(found);
                whole.series(found);
            }
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(name, value) => write!(f, "{name}=\"{value}\""),
            Self::IsNot(name, value) => write!(f, "{name}!=\"{value}\""),
            Self::Failed => f.write_str("status=~\"5..\""),
            Self::OfJob => f.write_str("job=\"tasuki\""),
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.only.is_empty() {
            return Ok(());
        }
        let only: Vec<_> = self.only.iter().map(ToString::to_string).collect();
        write!(f, "{{{}}}", only.join(", "))
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut over = |function: &str, series: &Series, window: &Window| {
            let of = Span(*window);
            match series.by {
                None => write!(f, "{function}({series}[{of}])"),
                Some(by) => {
                    let by: String = by.iter().map(|label| format!(", {label}")).collect();
                    write!(f, "sum by (instance{by}) ({function}({series}[{of}]))")
                }
            }
        };
        match self {
            Self::Now(series) => write!(f, "{series}"),
            Self::Average(series, window) => over("avg_over_time", series, window),
            Self::Least(series, window) => over("min_over_time", series, window),
            Self::Changes(series, window) => over("changes", series, window),
            Self::Increase(series, window) => over("increase", series, window),
            Self::Rate(series, window) => over("rate", series, window),
            Self::P95(series, window) => {
                let rate = Self::Rate(*series, *window);
                write!(f, "histogram_quantile(0.95, {rate})")
            }
            Self::Share(part, whole) => write!(f, "{part} / {whole}"),
            Self::MoreThan(series, least) => write!(f, "({series} > {least})"),
        }
    }
}

/// As PromQL writes a time.
struct Span(Window);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds.is_multiple_of(60) => write!(f, "{}m", seconds / 60),
            seconds => write!(f, "{seconds}s"),
        }
    }
}
