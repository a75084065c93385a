//! Answers forward-auth requests whose path cannot come from a generated proxy configuration.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use hyper::Request;
use keystile_guard::Problem;

use crate::access_log::logged_path;

/// Bounded, because every program that reaches the service can send any path.
const MAX_LOGGED_PATHS: usize = 32;

/// What is wrong with the configuration of a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Misconfiguration {
    InvalidPath,
    UnknownProxy,
    UnknownEnvironment,
}

impl Misconfiguration {
    fn reason(self) -> &'static str {
        match self {
            Self::InvalidPath => "its path names no environment",
            Self::UnknownProxy => "its path does not say which proxy it is",
            Self::UnknownEnvironment => "its path names an environment that does not exist",
        }
    }
}

/// The misconfigured paths that were logged.
#[derive(Default)]
pub(crate) struct LoggedPaths(Mutex<HashSet<String>>);

impl LoggedPaths {
    /// Returns the response, which does not tell clients the reason, and logs the reason once for each path.
    pub(crate) fn problem<B>(
        &self,
        request: &Request<B>,
        misconfiguration: Misconfiguration,
    ) -> Problem {
        let path = logged_path(request.uri());
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.len() < MAX_LOGGED_PATHS && logged.insert(path.clone()) {
            tracing::warn!(
                path,
                "a reverse proxy is misconfigured and gets status 500: {}; replace its configuration with the output \
                 of `keystile snippet`",
                misconfiguration.reason()
            );
            if logged.len() == MAX_LOGGED_PATHS {
                tracing::warn!("further misconfigured paths are not logged");
            }
        }
        Problem::proxy_misconfigured()
    }
}
