//! The certificate of a server.

use std::path::PathBuf;

use clap::Args;
use keystile_listener::TlsFiles;

#[derive(Debug, Args)]
pub(crate) struct TlsOptions {
    /// PEM file with the certificate chain for TLS. Changed files are read again.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// PEM file with the private key of the certificate.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

impl TlsOptions {
    pub(crate) fn files(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificates: self.tls_certificate.clone()?,
            private_key: self.tls_key.clone()?,
        })
    }
}
