//! Certificates of a story's own.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tasuki_server::CertificateFiles;
use tempfile::TempDir;

/// Somebody who issues certificates, and whom clients trust.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A folder with a certificate and its key.
pub(crate) struct Pair {
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("names");
        // Whose name is that of who issued it counts as issued by itself.
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for this machine until the end of that year, and its key.
    pub(crate) fn issue(&self, until: i32) -> (String, String) {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).expect("names");
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "a server");
        params.not_after = rcgen::date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }
}

impl Pair {
    pub(crate) fn new((cert, key): &(String, String)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pair = Self { folder };
        pair.write(cert, key);
        pair
    }

    /// As tools that renew do: one after the other.
    pub(crate) fn write(&self, cert: &str, key: &str) {
        let files = self.files();
        fs::write(files.cert, cert).expect("is written");
        fs::write(files.key, key).expect("is written");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn files(&self) -> CertificateFiles {
        CertificateFiles {
            cert: self.path("fullchain.pem"),
            key: self.path("privkey.pem"),
        }
    }
}
