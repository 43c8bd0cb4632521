//! The version of a database's schema, and what to do about it.
//!
//! A schema says of itself from which version on a program can use it: so whoever
//! goes back to the program before finds its log as it was left. It says so for its
//! own version only: a migration that forgets to is taken for one that breaks.

use crate::open::{Access, OpenError};

/// The setting in which a schema says so, as `VERSION:FROM`.
pub(crate) const USABLE: &str = "schema_usable_from";

/// What is found in a database.
#[derive(Debug)]
pub(crate) struct Found {
    /// The last migration that it has had.
    pub(crate) version: i32,
    /// Its setting [`USABLE`].
    pub(crate) usable: Option<String>,
}

impl Found {
    /// Whether a program can use it that knows the schema up to `known`.
    fn is_usable_by(&self, known: i32) -> bool {
        let said = self.usable.as_deref().and_then(|said| said.split_once(':'));
        said.is_some_and(|(version, from)| {
            version.parse() == Ok(self.version) && from.parse().is_ok_and(|from: i32| from <= known)
        })
    }
}

/// What a database needs before it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing.
    Nothing,
    /// The migrations that it has not had.
    Migration,
}

/// Compares what a database has (`found`, none if it is empty) with the
/// program's own migrations.
pub(crate) fn need(
    found: Option<Found>,
    runner: &refinery::Runner,
    access: Access,
    at: &str,
) -> Result<Need, OpenError> {
    let known = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max()
        .unwrap_or(0);
    let differs = |found, advice| {
        Err(OpenError::Version {
            found,
            known,
            advice,
        })
    };
    match (found, access) {
        (Some(found), _) if found.version == known => Ok(Need::Nothing),
        (Some(found), _) if found.version > known && found.is_usable_by(known) => Ok(Need::Nothing),
        (Some(found), _) if found.version > known => {
            differs(found.version, "use the newer program")
        }
        (_, Access::ReadWrite) => Ok(Need::Migration),
        (None, Access::ReadOnly) => Err(OpenError::Missing { at: at.to_owned() }),
        (Some(found), Access::ReadOnly) => {
            differs(found.version, "start `tasuki serve` on it once")
        }
    }
}
