//! The certificate that is shown to who comes, and how it is exchanged for another.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{Ticketer, default_provider};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;

use super::pair::{CertificateError, CertificateFiles, Pair, Stamp};

/// Whether the files have changed is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// What is offered to clients, the best first.
pub(super) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// A certificate and its key, which may be exchanged while they are used.
#[derive(Clone)]
pub struct Certificate(Arc<Kept>);

struct Kept {
    files: CertificateFiles,
    provider: Arc<CryptoProvider>,
    look_every: Duration,
    /// How the files looked before they were read first.
    loaded: Option<Stamp>,
    // A plain lock: nothing awaits inside, and it is held to copy a pointer.
    used: RwLock<Pair>,
    renewals: AtomicU64,
    refusals: AtomicU64,
    /// What stands in the files now cannot be used.
    refused: AtomicBool,
}

/// What came of reading the files again.
#[derive(Debug)]
pub(super) enum Renewal {
    /// They hold what is used already.
    Same,
    /// What they hold is used from now on.
    Renewed,
    /// What they hold cannot be used; what was used before goes on.
    Refused(CertificateError),
}

impl Certificate {
    /// Reads the pair; nothing is bound, nothing is written.
    ///
    /// # Errors
    /// Says which of the files cannot be used, and why.
    pub fn load(files: CertificateFiles) -> Result<Self, CertificateError> {
        Self::looking_every(files, LOOK_EVERY)
    }

    /// The same, which looks more often or less often whether the files have changed.
    ///
    /// # Errors
    /// Says which of the files cannot be used, and why.
    pub fn looking_every(
        files: CertificateFiles,
        look_every: Duration,
    ) -> Result<Self, CertificateError> {
        let provider = Arc::new(default_provider());
        let loaded = files.stamp().ok();
        let pair = files.read(&provider)?;
        Ok(Self(Arc::new(Kept {
            files,
            provider,
            look_every,
            loaded,
            used: RwLock::new(pair),
            renewals: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            refused: AtomicBool::new(false),
        })))
    }

    /// TLS 1.2 and 1.3 with this certificate, and HTTP/2 for who speaks it. Who comes
    /// back is spared half of the handshake by a ticket, and no memory is held for it.
    pub(super) fn server_config(&self) -> Result<ServerConfig, rustls::Error> {
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.0.provider));
        let mut config = config
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
        config.ticketer = Ticketer::new()?;
        Ok(config)
    }

    /// Reads the files again. Blocks: not for a thread that others wait for.
    pub(super) fn renew(&self) -> Renewal {
        let read = self.0.files.read(&self.0.provider);
        self.0.refused.store(read.is_err(), Ordering::Relaxed);
        match read {
            Err(error) => {
                self.0.refusals.fetch_add(1, Ordering::Relaxed);
                Renewal::Refused(error)
            }
            Ok(pair) if self.read(|used| used.digest == pair.digest) => Renewal::Same,
            Ok(pair) => {
                *self.0.used.write().unwrap_or_else(PoisonError::into_inner) = pair;
                self.0.renewals.fetch_add(1, Ordering::Relaxed);
                Renewal::Renewed
            }
        }
    }

    /// Tells the operator what is to be known of the pair that is used.
    pub(super) fn tell_concerns(&self) {
        let CertificateFiles { cert, key } = self.files();
        for concern in self.read(Pair::concerns) {
            tracing::warn!(cert = %cert.display(), key = %key.display(), "{concern}");
        }
    }

    fn read<T>(&self, what: impl FnOnce(&Pair) -> T) -> T {
        what(&self.0.used.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn files(&self) -> &CertificateFiles {
        &self.0.files
    }

    /// How the files look now; nothing where one of them is not there.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        self.0.files.stamp().ok()
    }

    /// And how they looked when they were read first.
    pub(super) fn loaded(&self) -> Option<Stamp> {
        self.0.loaded
    }

    pub(super) fn look_every(&self) -> Duration {
        self.0.look_every
    }

    /// When it expires, seconds since 1970.
    pub(crate) fn expires_at_s(&self) -> u64 {
        self.read(|used| used.not_after.as_secs())
    }

    /// How often it was exchanged, and how often that was refused.
    pub(crate) fn changes(&self) -> (u64, u64) {
        let Kept {
            renewals, refusals, ..
        } = &*self.0;
        (
            renewals.load(Ordering::Relaxed),
            refusals.load(Ordering::Relaxed),
        )
    }

    /// Whether the files hold what cannot be used.
    pub(crate) fn is_refused(&self) -> bool {
        self.0.refused.load(Ordering::Relaxed)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.read(|used| Arc::clone(&used.certified)))
    }
}

impl fmt::Debug for Certificate {
    /// The key is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(self.files()).finish()
    }
}
