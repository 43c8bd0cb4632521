//! The embedded folder and the one digest that names its state.

use std::fmt::Write as _;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// Hex digits of a digest that go into addresses and entity tags: 64 bits tell
/// builds apart for ever, and nobody gains by forging one.
const DIGEST_DIGITS: usize = 16;

/// Everything below `pages/`.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/pages"]
pub(crate) struct Files;

/// The digest over all embedded files that stands in asset addresses.
///
/// An address with another fingerprint belongs to another build: answer it, if
/// at all, without the immutable caching that [`crate::Asset::immutable`] allows.
#[must_use]
pub fn fingerprint() -> &'static str {
    static FINGERPRINT: OnceLock<String> = OnceLock::new();
    FINGERPRINT.get_or_init(|| {
        let mut names: Vec<_> = Files::iter().collect();
        names.sort_unstable();
        let mut digest = Sha256::new();
        for name in names {
            if let Some(file) = Files::get(&name) {
                // The name's length keeps two files from trading bytes unseen.
                digest.update(name.len().to_be_bytes());
                digest.update(name.as_bytes());
                digest.update(file.metadata.sha256_hash());
            }
        }
        short_hex(&digest.finalize())
    })
}

/// The leading digits of a digest, in lower-case hex.
pub(crate) fn short_hex(digest: &[u8]) -> String {
    let mut hex = String::with_capacity(DIGEST_DIGITS);
    for byte in digest.iter().take(DIGEST_DIGITS / 2) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_is_stable_and_fits_in_an_address() {
        assert_eq!(fingerprint(), fingerprint());
        assert_eq!(fingerprint().len(), DIGEST_DIGITS);
        assert!(fingerprint().bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn every_file_has_a_plain_name() {
        for name in Files::iter() {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./".contains(&b);
            assert!(name.bytes().all(plain), "{name}");
        }
    }
}
