//! Passwords: hashed so that whoever steals the hashes still has to guess each.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;

use crate::problem::Problem;

/// What OWASP's sheet on password storage recommends of Argon2id: 19 MiB, two passes,
/// one lane.
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes worked out at the same time: 76 MiB at most, and a core left for the race.
const AT_ONCE: usize = 2;
/// Who may wait for that. Each takes some 30 ms, so nobody waits long; who comes
/// beyond is told to come back.
const WAITING_MAX: usize = 64;
/// Nobody waits longer.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Shortest password, characters: beyond what can be guessed at ten a minute.
pub(crate) const PASSWORD_CHARS_MIN: usize = 12;
/// Longest, characters: a whole sentence, and nothing that takes long to hash.
pub(crate) const PASSWORD_CHARS_MAX: usize = 256;

/// Hashes passwords, a few at a time.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }

    /// What is kept of a password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Problem> {
        let password = prepared(password);
        let hashed = self.work(move || hash(&password)).await?;
        hashed.map_err(|error| Problem::internal(&error))
    }

    /// Whether a password is the one that was hashed. Where there is no hash the
    /// answer is no, and takes as long.
    pub(crate) async fn fits(
        &self,
        password: &str,
        hashed: Option<String>,
    ) -> Result<bool, Problem> {
        let password = prepared(password);
        self.work(move || {
            let nobody = nobodys();
            let fits = verify(&password, hashed.as_deref().unwrap_or(nobody));
            fits && hashed.is_some()
        })
        .await
    }

    /// Works off the threads that serve. The turn is given back when the work is
    /// over, also where nobody waits for it any more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.turn().await.ok_or_else(|| {
            let detail = "too many people are logging in at once; try again";
            Problem::unavailable("overloaded", detail)
        })?;
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        working.await.map_err(|error| Problem::internal(&error))
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let _place = self.queue.try_acquire().ok()?;
        let turn = Arc::clone(&self.turns).acquire_owned();
        tokio::time::timeout(WAIT_MAX, turn).await.ok()?.ok()
    }
}

/// What is wrong with a new password.
pub(crate) fn check_password(password: &str, name: &str) -> Result<(), String> {
    let length = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
        return Err(format!(
            "password: {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters; \
             a few words in a row are easier to remember than signs"
        ));
    }
    let mut chars = password.chars();
    let first = chars.next();
    if chars.all(|char| Some(char) == first) || password.to_lowercase().contains(name) {
        let detail = "password: something that nobody guesses from your name or one key";
        return Err(detail.to_owned());
    }
    Ok(())
}

/// A password as it is hashed: the same whatever keyboard it was typed on.
fn prepared(password: &str) -> String {
    password.chars().take(PASSWORD_CHARS_MAX).nfc().collect()
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    let hash = argon2().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

fn verify(password: &str, hashed: &str) -> bool {
    let hashed = PasswordHash::new(hashed);
    hashed.is_ok_and(|hashed| {
        argon2()
            .verify_password(password.as_bytes(), &hashed)
            .is_ok()
    })
}

/// The hash of a password that nobody has. Made at the first login of all, whoever
/// logs in.
fn nobodys() -> &'static str {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    NOBODYS.get_or_init(|| hash(&crate::identity::new_token()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Passwords::new();
        let kept = passwords
            .hash("襷をつなぐ十二文字の言葉")
            .await
            .expect("a hash");
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        let fits = async |password: &str| {
            let fits = passwords.fits(password, Some(kept.clone())).await;
            fits.expect("an answer")
        };
        assert!(fits("襷をつなぐ十二文字の言葉").await);
        // The same, as another keyboard writes it: か and a mark apart.
        assert!(fits("襷をつな\u{304f}\u{3099}十二文字の言葉").await);
        assert!(!fits("襷をつなぐ十二文字の言葉 ").await);
        assert!(!fits("").await);
        let again = passwords
            .hash("襷をつなぐ十二文字の言葉")
            .await
            .expect("a hash");
        assert_ne!(kept, again, "each has a salt of its own");
    }

    #[tokio::test]
    async fn nobody_has_a_password_that_fits() {
        let passwords = Passwords::new();
        for password in ["", "anything at all"] {
            assert!(!passwords.fits(password, None).await.expect("an answer"));
            let broken = Some("no hash".to_owned());
            assert!(!passwords.fits(password, broken).await.expect("an answer"));
        }
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_told_so() {
        let passwords = Passwords::new();
        let all = AT_ONCE + WAITING_MAX;
        let _waiting = passwords
            .queue
            .try_acquire_many(u32::try_from(all).expect("few"));
        assert!(passwords.fits("anything", None).await.is_err());
    }

    #[test]
    fn what_is_easily_guessed_is_no_password() {
        for bad in ["short", "aaaaaaaaaaaaaaaa", "Yamada-1234567"] {
            assert!(check_password(bad, "yamada").is_err(), "{bad}");
        }
        assert!(check_password("correct horse battery", "yamada").is_ok());
    }
}
