//! Tokens: long random texts, known here by their hash alone.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use rand::RngExt;
use sha2::{Digest, Sha256};
use tasuki_log::{Device, LogError, Registry, Role};
use uuid::Uuid;

use crate::clock::now;
use crate::identity::authority::{Authority, Who};

type TokenHash = [u8; 32];

/// Under this name the hash of a generated administrator's token is kept.
const ADMIN_SETTING: &str = "admin_token_sha256";
/// Random bytes in a token: nobody guesses 192 bits.
const TOKEN_BYTES: usize = 24;

/// Every token that is good, in memory: a request asks no database.
pub(crate) struct Tokens {
    admin: TokenHash,
    devices: RwLock<Devices>,
}

#[derive(Default)]
struct Devices {
    by_hash: HashMap<TokenHash, Device>,
    /// The server's own, which stands in no database.
    own: Option<Device>,
    /// How often one was admitted or revoked here: what was read from the database
    /// before may not know of it.
    changes: u64,
}

/// A fresh token.
pub(crate) fn new_token() -> String {
    let bytes: [u8; TOKEN_BYTES] = rand::rng().random();
    format!("tsk_{}", hex(&bytes))
}

pub(crate) fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Tokens {
    /// Loads the tokens. Without a `given` administrator's token the one of
    /// the first start holds; at the first start one is generated and
    /// returned, the only time that anyone sees it.
    pub(crate) async fn load(
        registry: &dyn Registry,
        given: Option<&str>,
    ) -> Result<(Self, Option<String>), LogError> {
        let (admin, generated) = match given {
            Some(token) => (token_hash(token), None),
            None => generated_admin(registry).await?,
        };
        let devices = RwLock::default();
        let tokens = Self { admin, devices };
        tokens.reload(registry).await?;
        Ok((tokens, generated))
    }

    /// Reads the devices again: another process may have revoked one.
    pub(crate) async fn reload(&self, registry: &dyn Registry) -> Result<(), LogError> {
        loop {
            let before = self.read(|devices| devices.changes);
            let active = registry.active_devices().await?;
            let mut devices = self.write();
            // Else it may be older than what was done here meanwhile.
            if devices.changes == before {
                let by_hash = active.into_iter().map(|device| (device.token_hash, device));
                devices.by_hash = by_hash.collect();
                return Ok(());
            }
        }
    }

    /// Who holds a token. Hashes are compared, so the time it takes tells
    /// nothing about the token.
    pub(crate) fn holder(&self, token: &str) -> Option<Authority> {
        let hash = token_hash(token);
        if hash == self.admin {
            return Some(Authority {
                who: Who::Token,
                role: Role::Admin,
            });
        }
        self.read(|devices| {
            let own = devices.own.iter().find(|own| own.token_hash == hash);
            let device = own.or_else(|| devices.by_hash.get(&hash))?;
            let is_over = device.expires_at.is_some_and(|end| end <= now());
            (!is_over).then(|| authority(device))
        })
    }

    pub(crate) fn admit(&self, device: Device) {
        let mut devices = self.write();
        devices.by_hash.insert(device.token_hash, device);
        devices.changes += 1;
    }

    /// Admits the server's own, in place of the one before it.
    pub(crate) fn admit_own(&self, device: Device) {
        self.write().own = Some(device);
    }

    pub(crate) fn revoke(&self, id: Uuid) {
        let mut devices = self.write();
        devices.by_hash.retain(|_, device| device.id != id);
        devices.changes += 1;
    }

    fn read<T>(&self, read: impl FnOnce(&Devices) -> T) -> T {
        read(&self.devices.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self) -> RwLockWriteGuard<'_, Devices> {
        self.devices.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn authority(device: &Device) -> Authority {
    Authority {
        who: Who::Device {
            id: device.id,
            name: device.name.clone(),
        },
        role: Role::Recorder {
            race: device.race.clone(),
            checkpoint: device.checkpoint.clone(),
        },
    }
}

async fn generated_admin(registry: &dyn Registry) -> Result<(TokenHash, Option<String>), LogError> {
    let token = new_token();
    let ours = hex(&token_hash(&token));
    let kept = match registry.setting(ADMIN_SETTING).await? {
        Some(kept) => kept,
        None => registry.set_if_absent(ADMIN_SETTING, &ours).await?,
    };
    let generated = (kept == ours).then_some(token);
    Ok((unhex(&kept), generated))
}

/// What [`hex`] wrote; a hash that nothing has, where somebody else wrote it.
pub(super) fn unhex(text: &str) -> TokenHash {
    let mut hash = [0; 32];
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).unwrap_or("0");
        *byte = u8::from_str_radix(digits, 16).unwrap_or(0);
    }
    hash
}
