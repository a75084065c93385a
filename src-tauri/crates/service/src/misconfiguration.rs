//! Forward-auth requests that only a proxy with a wrong configuration sends.

use std::sync::Once;

use hyper::Request;
use keystile_guard::Problem;

use crate::access_log::logged_path;

/// What is wrong with the configuration of a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Misconfiguration {
    InvalidPath,
    UnknownProxy,
    UnknownEnvironment,
}

impl Misconfiguration {
    /// Returns the response, which does not tell clients the reason. The log has it, once.
    pub(crate) fn problem<B>(self, request: &Request<B>) -> Problem {
        static LOGGED: [Once; 3] = [const { Once::new() }; 3];
        LOGGED[self as usize].call_once(|| {
            tracing::warn!(
                path = logged_path(request),
                "a reverse proxy is configured incorrectly and gets status 500: {}; replace its configuration by that \
                 of `keystile snippet`",
                self.reason()
            );
        });
        Problem::proxy_misconfigured()
    }

    fn reason(self) -> &'static str {
        match self {
            Self::InvalidPath => "its path names no environment",
            Self::UnknownProxy => "its path does not say which proxy it is",
            Self::UnknownEnvironment => "its path names an environment that does not exist",
        }
    }
}
