//! Why the API gave no response. Logged here, once and at most once a second; the client gets a problem response.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper_util::client::legacy;
use keystile_guard::Problem;
use tower::timeout::error::Elapsed;

/// Between two warnings about upstreams.
const WARNING_INTERVAL: Duration = Duration::from_secs(1);

/// Why the body of a request or of a response ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the request would not be authorized any more")]
    Revoked,
    #[error("the transfer of a body failed")]
    Transfer(#[from] hyper::Error),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("the path is none below that of the endpoint")]
    InvalidPath,
    #[error("no connection")]
    Unreachable(#[source] legacy::Error),
    #[error("no connection within the time limit")]
    ConnectTimeout(#[source] legacy::Error),
    #[error("the certificate is not trusted")]
    Certificate(#[source] legacy::Error),
    #[error("the trusted certificates cannot be read")]
    TrustStore(#[source] rustls::Error),
    #[error("no valid response")]
    InvalidResponse(#[source] legacy::Error),
    #[error("the client ended the request")]
    RequestBody(#[source] legacy::Error),
    #[error("the request would not be authorized any more")]
    Revoked(#[source] legacy::Error),
    #[error("no response within the time limit")]
    ResponseTimeout,
}

/// Finds an error of type `E` among the causes of another one. The source of an I/O error leaves out the error that it wraps.
fn find_cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    match wrapped {
        Some(wrapped) => find_cause(wrapped),
        None => find_cause(error.source()?),
    }
}

impl From<legacy::Error> for UpstreamError {
    fn from(error: legacy::Error) -> Self {
        match find_cause(&error) {
            Some(BodyError::Transfer(_)) => return Self::RequestBody(error),
            Some(BodyError::Revoked) => return Self::Revoked(error),
            None => {}
        }
        if find_cause::<Elapsed>(&error).is_some() {
            return Self::ConnectTimeout(error);
        }
        let is_certificate = matches!(
            find_cause(&error),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        );
        match (is_certificate, error.is_connect()) {
            (true, _) => Self::Certificate(error),
            (false, true) => Self::Unreachable(error),
            (false, false) => Self::InvalidResponse(error),
        }
    }
}

impl From<UpstreamError> for Problem {
    fn from(error: UpstreamError) -> Self {
        let cause = &error as &dyn Error;
        match error {
            UpstreamError::InvalidPath
            | UpstreamError::RequestBody(_)
            | UpstreamError::Revoked(_) => {
                tracing::debug!(cause, "a request ended early");
            }
            _ => warn_rarely(cause),
        }
        match error {
            UpstreamError::Unreachable(_) | UpstreamError::ConnectTimeout(_) => {
                Self::upstream_unreachable()
            }
            UpstreamError::Certificate(_) | UpstreamError::TrustStore(_) => {
                Self::upstream_certificate()
            }
            UpstreamError::InvalidResponse(_) => Self::upstream_broken(),
            UpstreamError::ResponseTimeout => Self::upstream_slow(),
            UpstreamError::InvalidPath => Self::not_for_a_gateway(),
            UpstreamError::RequestBody(_) => Self::malformed(),
            UpstreamError::Revoked(_) => Self::key_refused(),
        }
    }
}

/// Logs at most one warning a second: an upstream that is down fails every request.
fn warn_rarely(cause: &(dyn Error + 'static)) {
    static LAST: Mutex<Option<(Instant, u64)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &mut *last {
        Some((at, suppressed)) if at.elapsed() < WARNING_INTERVAL => *suppressed += 1,
        _ => {
            let suppressed = last
                .replace((Instant::now(), 0))
                .map_or(0, |(_, count)| count);
            tracing::warn!(cause, suppressed, "upstream request failed");
        }
    }
}
