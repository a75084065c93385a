//! Requests for the request log of the store.

use std::borrow::Cow;
use std::time::Instant;

use http::Method;
#[cfg(feature = "tower")]
use http::StatusCode;
use keystile_verifier::{LogPermit, RequestRecord, Verifier};

use crate::key_extractor::KeyExtractor;
use crate::redact::redact_path;

/// Returns a method for the request log, with its override and without keys: any text can be a method.
pub fn logged_method(
    method: &Method,
    override_method: Option<&str>,
    keys: &KeyExtractor,
) -> Cow<'static, str> {
    let own: Cow<'static, str> = match *method {
        Method::GET => "GET".into(),
        Method::HEAD => "HEAD".into(),
        Method::POST => "POST".into(),
        Method::PUT => "PUT".into(),
        Method::PATCH => "PATCH".into(),
        Method::DELETE => "DELETE".into(),
        Method::OPTIONS => "OPTIONS".into(),
        ref other => redact_path(other.as_str(), keys).into(),
    };
    match override_method {
        Some(method) => format!("{own} as {}", redact_path(method, keys)).into(),
        None => own,
    }
}

/// A decided request. It is logged on drop: then its response has begun, or there is none.
pub(crate) struct PendingRequest<'a> {
    start: Instant,
    /// `None` if it is not logged.
    record: Option<(LogPermit<'a>, RequestRecord)>,
}

impl<'a> PendingRequest<'a> {
    /// Creates the record of a request that arrived at `start`, if it is logged.
    pub(crate) fn new(
        verifier: &'a Verifier,
        start: Instant,
        is_allowed: bool,
        record: impl FnOnce() -> RequestRecord,
    ) -> Self {
        let permit = verifier.log_permit(is_allowed);
        Self {
            start,
            record: permit.map(|permit| (permit, record())),
        }
    }

    /// Records the status of the response.
    #[cfg(feature = "tower")]
    pub(crate) fn respond(&mut self, status: StatusCode) {
        if let Some((_, record)) = &mut self.record {
            record.status = Some(status.as_u16());
        }
    }
}

impl Drop for PendingRequest<'_> {
    fn drop(&mut self) {
        if let Some((permit, mut record)) = self.record.take() {
            record.duration = self.start.elapsed();
            permit.log(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_is_logged_without_keys() {
        let keys = KeyExtractor::default();
        assert_eq!(logged_method(&Method::GET, None, &keys), "GET");
        assert_eq!(
            logged_method(&Method::GET, Some("DELETE"), &keys),
            "GET as DELETE"
        );
        let key = format!("ks_live_{}_{}", "a1B2c3D4e5F6", "Zx9".repeat(17));
        let shaped = Method::from_bytes(&key.as_bytes()[..8 + 12 + 1 + 49]).unwrap_or_default();
        for logged in [
            logged_method(&shaped, None, &keys),
            logged_method(&Method::GET, Some(shaped.as_str()), &keys),
        ] {
            assert!(!logged.contains("Zx9"), "{logged}");
        }
    }
}
