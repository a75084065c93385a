//! TLS certificates from PEM files, reloaded when the files change. Invalid files leave the current certificate in use.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::error::ListenError;
use crate::options::TlsFiles;

/// How often the files are checked for changes.
const RELOAD_INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

/// The current certificate and its files.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: TlsFiles,
    current: Arc<Current>,
    modified: [Option<SystemTime>; 2],
}

impl Certificate {
    pub(crate) fn load(files: TlsFiles) -> Result<Self, ListenError> {
        let modified = modified(&files);
        let key = read(&files)?;
        Ok(Self {
            files,
            current: Arc::new(Current(ArcSwap::from_pointee(key))),
            modified,
        })
    }

    /// Creates the acceptor, which offers only HTTP/1.1.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, ListenError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| tls_error(&self.files.certificates, cause))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.current) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reloads the files whenever they change. Never returns.
    pub(crate) async fn follow_files(mut self) {
        loop {
            tokio::time::sleep(RELOAD_INTERVAL).await;
            let modified = modified(&self.files);
            if modified == self.modified {
                continue;
            }
            // A file that is still being written will change again.
            self.modified = modified;
            match read(&self.files) {
                Ok(key) => self.current.0.store(Arc::new(key)),
                Err(error) => tracing::warn!(
                    cause = &error as &dyn std::error::Error,
                    "cannot load the changed TLS files; keeping the current certificate"
                ),
            }
        }
    }
}

fn modified(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.certificates, &files.private_key].map(|path| {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .ok()
    })
}

fn read(files: &TlsFiles) -> Result<CertifiedKey, ListenError> {
    let chain = CertificateDer::pem_file_iter(&files.certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| pem_error(&files.certificates, cause))?;
    let key = PrivateKeyDer::from_pem_file(&files.private_key)
        .map_err(|cause| pem_error(&files.private_key, cause))?;
    // Also rejects the key of another certificate.
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|cause| tls_error(&files.private_key, cause))
}

/// Returns an error whose cause is that of the operating system, if it is one.
fn pem_error(path: &Path, cause: pem::Error) -> ListenError {
    match cause {
        pem::Error::Io(cause) => tls_error(path, cause),
        cause => tls_error(path, cause),
    }
}

fn tls_error(path: &Path, cause: impl std::error::Error + Send + Sync + 'static) -> ListenError {
    ListenError::Tls {
        path: path.to_owned(),
        cause: Box::new(cause),
    }
}
