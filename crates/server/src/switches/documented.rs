//! What may be changed while a server runs, for whoever writes it down.

use crate::switches::table::TABLE;

/// What is to be known of a switch.
#[derive(Clone, Debug)]
pub struct SwitchText {
    /// As it stands in addresses: `PUT /api/settings/NAME`.
    pub name: &'static str,
    /// Its values, in words.
    pub bounds: String,
    /// What it does.
    pub description: &'static str,
}

/// Every switch, in the order in which they are shown.
pub fn switches() -> impl Iterator<Item = SwitchText> {
    TABLE.iter().map(|switch| SwitchText {
        name: switch.slug,
        bounds: switch.bounds.to_string(),
        description: switch.description,
    })
}
