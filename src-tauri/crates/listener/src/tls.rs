//! The server's certificate, read from PEM files and read again when they change. A pair of files that cannot be used
//! leaves the certificate as it is.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::error::ListenError;
use crate::options::TlsFiles;

/// How often it is checked whether the files changed.
const RELOAD_INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

/// The certificate in use, and where it came from.
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

    /// Offers HTTP/1.1 only.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, ListenError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| unusable(&self.files.certificates, cause))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.current) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again whenever they change, for ever.
    pub(crate) async fn follow_files(mut self) {
        loop {
            tokio::time::sleep(RELOAD_INTERVAL).await;
            let modified = modified(&self.files);
            if modified == self.modified {
                continue;
            }
            // One that is being written now is changed once more when it is whole.
            self.modified = modified;
            match read(&self.files) {
                Ok(key) => self.current.0.store(Arc::new(key)),
                Err(error) => tracing::warn!(
                    cause = &error as &dyn std::error::Error,
                    "changed TLS files cannot be used; the certificate before them stays in use"
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
        .map_err(|cause| unusable(&files.certificates, cause))?;
    let key = PrivateKeyDer::from_pem_file(&files.private_key)
        .map_err(|cause| unusable(&files.private_key, cause))?;
    // Also finds a key that belongs to another certificate.
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|cause| unusable(&files.private_key, cause))
}

fn unusable(path: &Path, cause: impl std::error::Error + Send + Sync + 'static) -> ListenError {
    ListenError::Tls {
        path: path.to_owned(),
        cause: Box::new(cause),
    }
}
