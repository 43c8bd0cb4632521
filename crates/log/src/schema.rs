//! The version of a database's schema, and what to do about it.

use crate::open::{Access, OpenError};

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
    found: Option<i32>,
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
        (Some(found), _) if found == known => Ok(Need::Nothing),
        (Some(found), _) if found > known => differs(found, "use the newer program"),
        (_, Access::ReadWrite) => Ok(Need::Migration),
        (None, Access::ReadOnly) => Err(OpenError::Missing { at: at.to_owned() }),
        (Some(found), Access::ReadOnly) => differs(found, "start `tasuki serve` on it once"),
    }
}
