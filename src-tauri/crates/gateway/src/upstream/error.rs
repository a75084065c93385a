//! Failures of the upstream. They are logged here, at most once a second; the client gets a problem response.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper_util::client::legacy;
use keystile_guard::Problem;
use tower::timeout::error::Elapsed;

/// Between two warnings about upstream failures.
const WARNING_INTERVAL: Duration = Duration::from_secs(1);

/// The transfer of a body failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the request is no longer authorized")]
    Revoked,
    #[error("reading the body failed")]
    Transfer(#[from] hyper::Error),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("invalid path")]
    InvalidPath,
    #[error("connection failed")]
    Unreachable(#[source] legacy::Error),
    #[error("connection timed out")]
    ConnectTimeout(#[source] legacy::Error),
    #[error("untrusted certificate")]
    Certificate(#[source] legacy::Error),
    #[error("cannot read the trusted certificates")]
    TrustStore(#[source] rustls::Error),
    #[error("invalid response")]
    InvalidResponse(#[source] legacy::Error),
    #[error("the client aborted the request")]
    RequestBody(#[source] legacy::Error),
    #[error("the request is no longer authorized")]
    Revoked(#[source] legacy::Error),
    #[error("response timed out")]
    ResponseTimeout,
}

/// Finds an error of type `E` among the causes of `error`. `source` of an I/O error skips the error that it wraps.
fn find_cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    if let Some(cause) = error.downcast_ref() {
        return Some(cause);
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
                tracing::debug!(cause, "request aborted");
            }
            _ => warn_rate_limited(cause),
        }
        match error {
            UpstreamError::Unreachable(_) | UpstreamError::ConnectTimeout(_) => {
                Self::upstream_unreachable()
            }
            UpstreamError::Certificate(_) | UpstreamError::TrustStore(_) => {
                Self::upstream_certificate_invalid()
            }
            UpstreamError::InvalidResponse(_) => Self::upstream_response_invalid(),
            UpstreamError::ResponseTimeout => Self::upstream_timeout(),
            UpstreamError::InvalidPath => Self::unsupported_target(),
            UpstreamError::RequestBody(_) => Self::malformed_request(),
            UpstreamError::Revoked(_) => Self::key_rejected(),
        }
    }
}

/// Logs at most one warning a second: if the upstream is down, every request fails.
fn warn_rate_limited(cause: &(dyn Error + 'static)) {
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
