//! Who may call an operation.

use serde_json::{Value, json};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody; no token is looked at.
    Everyone,
    /// Everybody where the race allows it, else administrators.
    EveryoneOrAdmin,
    /// Administrators.
    Admin,
    /// Administrators, and recorders of the race.
    Recorder,
    /// Whoever is logged in, or shows a token.
    Somebody,
    /// Whoever is logged in.
    Session,
}

impl Access {
    /// OpenAPI's list of alternatives; in 3.1 it names roles.
    pub(crate) fn security(self) -> Value {
        match self {
            Self::Everyone => json!([]),
            Self::EveryoneOrAdmin => {
                json!([{}, {"bearer": ["admin"]}, {"session": ["admin"]}])
            }
            Self::Admin => json!([{"bearer": ["admin"]}, {"session": ["admin"]}]),
            Self::Recorder => json!([
                {"bearer": ["admin"]}, {"bearer": ["recorder"]},
                {"session": ["admin"]}, {"session": ["recorder"]},
            ]),
            Self::Somebody => json!([{"bearer": []}, {"session": []}]),
            Self::Session => json!([{"session": []}]),
        }
    }

    /// What a caller may be told for lack of a token or of a right.
    pub(crate) fn problems(self) -> &'static [&'static str] {
        match self {
            Self::Everyone => &[],
            Self::Somebody => &["unauthorized"],
            _ => &["unauthorized", "forbidden", "cross_site"],
        }
    }
}
