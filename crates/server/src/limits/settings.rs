//! How an operator changes what callers may ask for.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::limits::Class;

/// As many may watch from one address whatever the server's bound: a school, or
/// those of one mobile network.
const WATCHING_TOGETHER: usize = 2_000;
/// Beside their live streams one address may have so many connections: pages that
/// load, tablets, pollers. Half of those that the server has for all.
const CONNECTIONS_BESIDE: usize = 1_000;
/// Requests with a body that one caller may have under way, each of which may fill
/// 8 MiB: two for each of 64 tablets that share a token against all advice.
const BODIES_TOGETHER: usize = 128;

/// What one limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Usual,
    At(NonZeroU32),
    Off,
}

/// What a caller may ask for. As text: `off`, or such as `read=300,export=off`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    classes: [Limit; Class::ALL.len()],
    /// Live streams at a time.
    viewers: Limit,
    /// Connections at a time.
    connections: Limit,
    /// Requests with a body at a time.
    bodies: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self::all(Limit::Usual)
    }
}

impl Limits {
    /// None at all, as for measurements.
    #[must_use]
    pub fn off() -> Self {
        Self::all(Limit::Off)
    }

    fn all(limit: Limit) -> Self {
        Self {
            classes: [limit; Class::ALL.len()],
            viewers: limit,
            connections: limit,
            bodies: limit,
        }
    }

    /// Requests a minute; none: as many as come.
    pub(crate) fn per_minute(&self, class: Class) -> Option<NonZeroU32> {
        let (.., usual) = Class::ALL[class as usize];
        match self.classes[class as usize] {
            Limit::Usual => NonZeroU32::new(usual),
            Limit::At(per_minute) => Some(per_minute),
            Limit::Off => None,
        }
    }

    /// Live streams of one caller, of so many in all: never more than half of what
    /// many may have, so that nobody can take them from all others.
    pub(crate) fn viewers(&self, in_all: usize) -> Option<usize> {
        self.viewers
            .or((in_all / 2).max(in_all.min(WATCHING_TOGETHER)))
    }

    /// Connections from one address, of a server for so many viewers.
    pub(crate) fn connections(&self, viewers_in_all: usize) -> Option<usize> {
        let watching = self.viewers(viewers_in_all).unwrap_or(viewers_in_all);
        self.connections
            .or(watching.saturating_add(CONNECTIONS_BESIDE))
    }

    /// Requests with a body that one caller may have under way.
    pub(crate) fn bodies(&self) -> Option<usize> {
        self.bodies.or(BODIES_TOGETHER)
    }

    fn named(&mut self, name: &str) -> Option<&mut Limit> {
        match name {
            "viewers" => Some(&mut self.viewers),
            "connections" => Some(&mut self.connections),
            "bodies" => Some(&mut self.bodies),
            name => {
                let mut names = Class::ALL.iter();
                let place = names.position(|(_, known, _)| *known == name)?;
                self.classes.get_mut(place)
            }
        }
    }
}

impl Limit {
    fn or(self, usual: usize) -> Option<usize> {
        match self {
            Self::Usual => Some(usual),
            Self::At(count) => Some(usize::try_from(count.get()).unwrap_or(usize::MAX)),
            Self::Off => None,
        }
    }
}

impl FromStr for Limits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::off());
        }
        let mut limits = Self::default();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or_else(wanted)?;
            let limit = limits.named(name.trim()).ok_or_else(wanted)?;
            *limit = match value.trim() {
                "off" => Limit::Off,
                number => Limit::At(number.parse().map_err(|_| wanted())?),
            };
        }
        Ok(limits)
    }
}

/// How it is written.
fn wanted() -> String {
    let classes = Class::ALL.map(|(_, name, _)| name).join(", ");
    format!(
        "write off, or NAME=N (requests a minute) or NAME=off, with commas between, of {classes}, \
         viewers, connections and bodies"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(text: &str) -> Limits {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn some_are_changed_and_the_others_stay() {
        let limits = limits("read=300, export=off,viewers=7");
        let per_minute = |class| limits.per_minute(class).map(NonZeroU32::get);
        assert_eq!(per_minute(Class::Read), Some(300));
        assert_eq!(per_minute(Class::Export), None);
        assert_eq!(per_minute(Class::Login), Some(10));
        assert_eq!(limits.viewers(10_000), Some(7));
        assert_eq!(limits.connections(10_000), Some(1_007));
    }

    #[test]
    fn off_is_off() {
        let off = limits("off");
        assert_eq!(off, Limits::off());
        assert_eq!(off.per_minute(Class::Login), None);
        assert_eq!((off.viewers(3), off.connections(3)), (None, None));
        assert_eq!(off.bodies(), None);
    }

    #[test]
    fn one_address_holds_half_of_a_large_server_and_all_seats_of_a_small_one() {
        let usual = Limits::default();
        for (in_all, viewers) in [(10_000, 5_000), (3_000, 2_000), (1_000, 1_000), (3, 3)] {
            assert_eq!(usual.viewers(in_all), Some(viewers));
            assert_eq!(usual.connections(in_all), Some(viewers + 1_000));
        }
    }

    #[test]
    fn what_means_nothing_is_refused_with_what_would() {
        for text in [
            "",
            "on",
            "read",
            "read=",
            "read=0",
            "read=-1",
            "reed=1",
            "read=1;write=1",
        ] {
            let error = text.parse::<Limits>().expect_err(text);
            assert!(error.contains("login, entry, write"), "{error}");
        }
    }
}
