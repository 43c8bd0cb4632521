//! The id of a session, as its cookie carries it: 256 random bits, and a seal on them.
//!
//! The seal says that this server made the id, before anything is looked up: made-up
//! cookies cause no query, and take no room in a cache. It is worth nothing without
//! the id, of which the database knows a hash alone.

use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::{Digest, Sha256};
use tasuki_log::{LogError, Registry};

use crate::identity::tokens::{hex, unhex};

/// SHA-256 of a session's id.
pub(crate) type SessionHash = [u8; 32];

/// Under this name the key of the seal is kept, so that sessions outlive a restart.
const KEY_SETTING: &str = "session_seal_key";
/// Hexadecimal digits of an id, and of its seal behind it.
const DIGITS: usize = 64;

/// Seals ids, and knows its seal again.
#[derive(Clone)]
pub(crate) struct Seal(Hmac<Sha256>);

impl Seal {
    /// The seal of all servers on the same database.
    pub(crate) async fn load(registry: &dyn Registry) -> Result<Self, LogError> {
        let key = match registry.setting(KEY_SETTING).await? {
            Some(key) => key,
            None => {
                let fresh: [u8; 32] = rand::rng().random();
                registry.set_if_absent(KEY_SETTING, &hex(&fresh)).await?
            }
        };
        Ok(Self::new(unhex(&key)))
    }

    fn new(key: [u8; 32]) -> Self {
        // A whole block, as HMAC fills it up with zeros itself.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(&key);
        Self(<Hmac<Sha256> as KeyInit>::new(&block.into()))
    }

    /// A fresh id, sealed, and its hash.
    pub(crate) fn fresh(&self) -> (String, SessionHash) {
        let id: [u8; 32] = rand::rng().random();
        let sealed = hex(&id) + &hex(&self.mark(&id));
        (sealed, Sha256::digest(id).into())
    }

    /// The hash of a sealed id, if the seal is ours.
    pub(crate) fn open(&self, sealed: &str) -> Option<SessionHash> {
        let (id, mark) = sealed.split_at_checked(DIGITS)?;
        let is_hex = |text: &str| text.len() == DIGITS && text.bytes().all(is_digit);
        if !is_hex(id) || !is_hex(mark) {
            return None;
        }
        let id = unhex(id);
        // Compared in a time that tells nothing.
        self.of(&id).verify_slice(&unhex(mark)).ok()?;
        Some(Sha256::digest(id).into())
    }

    /// The mark on an id.
    fn mark(&self, bytes: &[u8]) -> [u8; 32] {
        self.of(bytes).finalize().into_bytes().into()
    }

    fn of(&self, bytes: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac
    }
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_server_sealed_is_opened() {
        let seal = Seal::new([7; 32]);
        let (sealed, hash) = seal.fresh();
        assert_eq!(seal.open(&sealed), Some(hash));
        assert_eq!(Seal::new([8; 32]).open(&sealed), None);
        let mut forged = sealed.clone();
        let flipped = if forged.starts_with('0') { "1" } else { "0" };
        forged.replace_range(..1, flipped);
        for bad in [
            &forged,
            "",
            "é",
            &sealed[1..],
            &sealed.to_uppercase(),
            &sealed[..64],
        ] {
            // A seal of digits alone reads the same in capitals.
            if bad != sealed {
                assert_eq!(seal.open(bad), None, "{bad}");
            }
        }
        assert_ne!(seal.fresh().0, seal.fresh().0);
    }
}
