//! TLS options of a server.

use std::path::PathBuf;

use clap::Args;
use keystile_listener::TlsFiles;

#[derive(Debug, Args)]
pub(crate) struct TlsOptions {
    /// PEM file with the TLS certificate chain. Reloaded when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// PEM file with the certificate's private key.
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
