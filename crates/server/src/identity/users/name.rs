//! Names of users: what people type to log in, and what stands in the logs.

use crate::deeds::{SERVER, SOMEBODY};
use crate::identity::authority::TOKENS_NAME;

/// Longest name, characters.
pub(crate) const NAME_CHARS_MAX: usize = 64;
/// How a name is written.
pub(crate) const NAME_PATTERN: &str = "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$";

/// A name as it is known: however somebody typed it. What can be no name is cut to
/// what a log may hold.
pub(crate) fn known_name(typed: &str) -> String {
    let chars = typed.trim().chars().filter(|char| !char.is_control());
    let name: String = chars.take(NAME_CHARS_MAX).collect();
    name.to_lowercase()
}

/// What is wrong with a name.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let signs = name.bytes();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = name.bytes().next().is_some_and(is_plain)
        && name.len() <= NAME_CHARS_MAX
        && signs
            .clone()
            .all(|byte| is_plain(byte) || b"._@+-".contains(&byte));
    if !fits {
        return Err(format!(
            "name: 1 to {NAME_CHARS_MAX} of a-z, 0-9 and . _ @ + -, a letter or digit first"
        ));
    }
    // A log could not tell them from others: devices stand there by their ids.
    let is_taken = [TOKENS_NAME, SERVER, SOMEBODY].contains(&name);
    if is_taken || name.parse::<uuid::Uuid>().is_ok() {
        return Err(format!("name: `{name}` means somebody else in the logs"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_no_log_confuses() {
        for good in ["yamada", "k.suzuki@example.org", "7", "a-b_c+d"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let long = "a".repeat(65);
        let id = "0198c0de-0000-7000-8000-0000000000d1";
        for bad in [
            "", "Yamada", "-a", "a b", "山田", "oidc:a", &long, "admin", "server", "somebody", id,
        ] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        assert_eq!(known_name(" Yamada\u{0} "), "yamada");
        assert_eq!(known_name(&"A".repeat(99)).len(), NAME_CHARS_MAX);
    }
}
