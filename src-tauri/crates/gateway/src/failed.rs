//! Why the API gave no answer. The exchange turns it into a problem; the cause is logged here, once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use keystile_guard::Problem;

use crate::watched::Cut;

/// Between two warnings about upstreams.
const WARNING_INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    #[error("no connection")]
    Unreachable(#[source] std::io::Error),
    #[error("no connection in time")]
    ConnectSlow,
    #[error("the certificate does not hold")]
    Certificate(#[source] std::io::Error),
    #[error("certificates cannot be judged")]
    NoRoots(#[source] rustls::Error),
    #[error("no whole answer")]
    Broken(#[source] hyper::Error),
    #[error("no whole request")]
    Unsaid(#[source] hyper::Error),
    #[error("the key fell meanwhile")]
    Fallen(#[source] hyper::Error),
    #[error("no answer in time")]
    Slow,
}

impl From<hyper::Error> for Failed {
    /// What ends the body of a request ends the request, and is no fault of the API.
    fn from(error: hyper::Error) -> Self {
        let cut = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
        match cut {
            Some(Cut::Body(_)) => Self::Unsaid(error),
            Some(Cut::Fallen) => Self::Fallen(error),
            None => Self::Broken(error),
        }
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        let cause = &failed as &dyn std::error::Error;
        match failed {
            Failed::Unsaid(_) | Failed::Fallen(_) => {
                tracing::debug!(cause, "a request broke off");
            }
            _ => warn_rarely(cause),
        }
        match failed {
            Failed::Unreachable(_) | Failed::ConnectSlow => Self::upstream_unreachable(),
            Failed::Certificate(_) | Failed::NoRoots(_) => Self::upstream_certificate(),
            Failed::Broken(_) => Self::upstream_broken(),
            Failed::Slow => Self::upstream_slow(),
            Failed::Unsaid(_) => Self::malformed(),
            Failed::Fallen(_) => Self::key_refused(),
        }
    }
}

/// Logs at most one warning a second: an upstream that is down fails every request.
fn warn_rarely(cause: &(dyn std::error::Error + 'static)) {
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
