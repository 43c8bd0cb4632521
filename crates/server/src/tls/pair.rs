//! A certificate and its key, as they stand in their files.

use std::fmt::Display;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::Error as TlsError;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use x509_cert::der::Decode;

/// Chains are a few kilobytes; what is larger is another file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// May be read by everybody on the machine.
const READABLE_BY_ALL: u32 = 0o004;

/// Where a certificate and its key are kept, both in PEM.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The certificate of the server, then those that lead to its issuer.
    pub cert: PathBuf,
    /// Its private key: PKCS#8, SEC 1 or PKCS#1, not encrypted.
    pub key: PathBuf,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It is not there, or not for this process to read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        #[source]
        cause: io::Error,
    },
    /// Something else than a certificate or a key.
    #[error("{path} is larger than 1 MiB: it is neither a certificate nor a key")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It holds nothing of that kind.
    #[error("{path} holds no {wanted}")]
    Missing {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
    },
    /// It is cut off, or was written in another way.
    #[error("{path} cannot be understood: {cause}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is not understood.
        cause: String,
    },
    /// Each of them is well formed, and they are not a pair.
    #[error(
        "the key in {key} does not belong to the first certificate in {cert}: give the two \
         files that were issued together, with the server's own certificate first"
    )]
    NoPair {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

/// A certificate and its key, ready to be used.
pub(super) struct Pair {
    pub(super) certified: Arc<CertifiedKey>,
    /// Both files' contents: whether anything has changed.
    pub(super) digest: [u8; 32],
    not_before: Duration,
    /// Since 1970, of whichever certificate of the chain ends first.
    pub(super) not_after: Duration,
    key_is_open: bool,
}

impl CertificateFiles {
    /// Reads both, and checks that they are a pair.
    pub(super) fn read(&self, provider: &CryptoProvider) -> Result<Pair, CertificateError> {
        let (cert_pem, _) = contents(&self.cert)?;
        let (key_pem, about_key) = contents(&self.key)?;
        let chain = chain(&self.cert, &cert_pem)?;
        let key = key(&self.key, &key_pem)?;
        let (not_before, not_after) = validity(&self.cert, &chain)?;
        let certified = CertifiedKey::from_der(chain, key, provider);
        Ok(Pair {
            certified: Arc::new(certified.map_err(|error| self.unusable(error))?),
            digest: Sha256::new()
                .chain_update(cert_pem)
                .chain_update(key_pem)
                .finalize()
                .into(),
            not_before,
            not_after,
            key_is_open: about_key.mode() & READABLE_BY_ALL != 0,
        })
    }

    /// What the files look like from outside: as long as that stays, they need not be read.
    pub(super) fn stamp(&self) -> io::Result<Stamp> {
        Ok([stamp(&self.cert)?, stamp(&self.key)?])
    }

    fn unusable(&self, error: TlsError) -> CertificateError {
        let Self { cert, key } = self.clone();
        match error {
            TlsError::InconsistentKeys(_) => CertificateError::NoPair { cert, key },
            other => malformed(&key, &other),
        }
    }
}

/// Of both files.
pub(super) type Stamp = [FileStamp; 2];

/// Number, size and times of a file.
type FileStamp = ((u64, u64), (i64, i64), (i64, i64));

fn stamp(path: &Path) -> io::Result<FileStamp> {
    let about = path.metadata()?;
    let modified = (about.mtime(), about.mtime_nsec());
    let changed = (about.ctime(), about.ctime_nsec());
    Ok(((about.ino(), about.len()), modified, changed))
}

impl Pair {
    /// What an operator should know of a pair that is used all the same.
    pub(super) fn concerns(&self) -> Vec<&'static str> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let concerns = [
            (
                now >= self.not_after,
                "the certificate has expired: browsers refuse it; renew it",
            ),
            (
                now < self.not_before,
                "the certificate is not valid yet: browsers refuse it; is this machine's clock \
                 right?",
            ),
            (
                self.key_is_open,
                "the key can be read by everybody on this machine: take that right away \
                 (chmod o-r)",
            ),
        ];
        let concerns = concerns.into_iter().filter(|(concerns, _)| *concerns);
        concerns.map(|(_, text)| text).collect()
    }
}

fn contents(path: &Path) -> Result<(Vec<u8>, Metadata), CertificateError> {
    let read = || {
        let file = File::open(path)?;
        let about = file.metadata()?;
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        Ok((bytes, about))
    };
    let path = path.to_owned();
    match read() {
        Ok((bytes, _)) if bytes.len() as u64 > FILE_BYTES_MAX => {
            Err(CertificateError::TooLarge { path })
        }
        Ok(read) => Ok(read),
        Err(cause) => Err(CertificateError::Unreadable { path, cause }),
    }
}

fn chain(path: &Path, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let chain = chain.map_err(|error| malformed(path, &error))?;
    if chain.is_empty() {
        return Err(CertificateError::Missing {
            path: path.to_owned(),
            wanted: "certificate in PEM: it should begin with -----BEGIN CERTIFICATE-----",
        });
    }
    Ok(chain)
}

fn key(path: &Path, text: &[u8]) -> Result<PrivateKeyDer<'static>, CertificateError> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| match error {
        pem::Error::NoItemsFound => CertificateError::Missing {
            path: path.to_owned(),
            wanted: "private key in PEM that is not encrypted: it should begin with \
                     -----BEGIN PRIVATE KEY-----",
        },
        other => malformed(path, &other),
    })
}

/// From when on all of a chain is valid, and until when, since 1970.
fn validity(
    path: &Path,
    chain: &[CertificateDer<'_>],
) -> Result<(Duration, Duration), CertificateError> {
    let mut valid = (Duration::ZERO, Duration::MAX);
    for certificate in chain {
        let certificate = x509_cert::Certificate::from_der(certificate);
        let certificate = certificate.map_err(|error| malformed(path, &error))?;
        let of_this = certificate.tbs_certificate().validity();
        valid.0 = valid.0.max(of_this.not_before.to_unix_duration());
        valid.1 = valid.1.min(of_this.not_after.to_unix_duration());
    }
    Ok(valid)
}

fn malformed(path: &Path, cause: &dyn Display) -> CertificateError {
    CertificateError::Malformed {
        path: path.to_owned(),
        cause: cause.to_string(),
    }
}
