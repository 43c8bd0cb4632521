//! Where the certificate is, with which a server speaks TLS.

use std::path::PathBuf;

use clap::Args;
use tasuki_server::{Certificate, CertificateFiles};

use crate::failure::Failure;

/// Both, or neither.
#[derive(Debug, Args)]
pub(crate) struct CertificateArgs {
    /// Speak TLS with the certificate in this PEM file, the server's own first, then those
    /// that lead to its issuer. Read again when it was renewed, and at SIGHUP
    /// [default: plain HTTP]
    #[arg(
        long,
        env = "TASUKI_TLS_CERT",
        value_name = "FILE",
        hide_env_values = true
    )]
    #[arg(requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, in PEM and not encrypted
    #[arg(
        long,
        env = "TASUKI_TLS_KEY",
        value_name = "FILE",
        hide_env_values = true
    )]
    #[arg(requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl CertificateArgs {
    pub(crate) fn is_given(&self) -> bool {
        self.tls_cert.is_some()
    }

    /// How the addresses of the server begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.is_given() { "https" } else { "http" }
    }

    /// Reads the pair, if one is given; nothing is bound yet.
    pub(crate) fn load(&self) -> Result<Option<Certificate>, Failure> {
        let (Some(cert), Some(key)) = (self.tls_cert.clone(), self.tls_key.clone()) else {
            return Ok(None);
        };
        let loaded = Certificate::load(CertificateFiles { cert, key });
        let failed = |error| Failure::Configuration(anyhow::Error::new(error));
        loaded.map(Some).map_err(failed)
    }
}
