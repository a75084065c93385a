//! Why the API gave no answer. The exchange turns it into a problem; the cause is logged here, once.

use keystile_service::Problem;

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
    Broken(#[from] hyper::Error),
    #[error("no answer in time")]
    Slow,
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        tracing::warn!(
            cause = &failed as &dyn std::error::Error,
            "the API did not answer"
        );
        match failed {
            Failed::Unreachable(_) | Failed::ConnectSlow => Self::upstream_unreachable(),
            Failed::Certificate(_) | Failed::NoRoots(_) => Self::upstream_certificate(),
            Failed::Broken(_) => Self::upstream_broken(),
            Failed::Slow => Self::upstream_slow(),
        }
    }
}
