//! The stable codes of decisions about requests, as the owner of the API sees them. The window's types are generated
//! from this list, so that the window has a text for every code.

use std::fmt;

use keystile_keys::DenyReason;

/// The decision about a request, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export, rename_all = "snake_case")
)]
#[expect(missing_docs, reason = "the names describe the decisions")]
pub enum DecisionCode {
    Allowed,
    // A key was verified.
    InvalidKey,
    UnknownKey,
    WrongEnvironment,
    Pending,
    Disabled,
    Expired,
    Revoked,
    InsufficientScope,
    Rotated,
    // No key was verified.
    MissingKey,
    MultipleKeys,
    MalformedAuthorization,
    KeyInUrl,
    MisplacedKey,
    ReservedHeader,
    DotSegments,
    PreflightDenied,
    UnsupportedTarget,
    InvalidHost,
    MalformedRequest,
    RulesUnavailable,
    Unavailable,
    InternalError,
    // The request was accepted, but the upstream's response was not delivered.
    KeyRejected,
    UpstreamUnreachable,
    UpstreamCertificateInvalid,
    UpstreamResponseInvalid,
    UpstreamTimeout,
}

impl DecisionCode {
    /// Every code.
    pub const ALL: [Self; 29] = [
        Self::Allowed,
        Self::InvalidKey,
        Self::UnknownKey,
        Self::WrongEnvironment,
        Self::Pending,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::InsufficientScope,
        Self::Rotated,
        Self::MissingKey,
        Self::MultipleKeys,
        Self::MalformedAuthorization,
        Self::KeyInUrl,
        Self::MisplacedKey,
        Self::ReservedHeader,
        Self::DotSegments,
        Self::PreflightDenied,
        Self::UnsupportedTarget,
        Self::InvalidHost,
        Self::MalformedRequest,
        Self::RulesUnavailable,
        Self::Unavailable,
        Self::InternalError,
        Self::KeyRejected,
        Self::UpstreamUnreachable,
        Self::UpstreamCertificateInvalid,
        Self::UpstreamResponseInvalid,
        Self::UpstreamTimeout,
    ];

    /// Returns the index in [`DecisionCode::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::InvalidKey => DenyReason::InvalidKey.as_str(),
            Self::UnknownKey => DenyReason::UnknownKey.as_str(),
            Self::WrongEnvironment => DenyReason::WrongEnvironment.as_str(),
            Self::Pending => DenyReason::Pending.as_str(),
            Self::Disabled => DenyReason::Disabled.as_str(),
            Self::Expired => DenyReason::Expired.as_str(),
            Self::Revoked => DenyReason::Revoked.as_str(),
            Self::InsufficientScope => DenyReason::InsufficientPermission.as_str(),
            Self::Rotated => DenyReason::Rotated.as_str(),
            Self::MissingKey => "missing_key",
            Self::MultipleKeys => "multiple_keys",
            Self::MalformedAuthorization => "malformed_authorization",
            Self::KeyInUrl => "key_in_url",
            Self::MisplacedKey => "misplaced_key",
            Self::ReservedHeader => "reserved_header",
            Self::DotSegments => "dot_segments",
            Self::PreflightDenied => "preflight_denied",
            Self::UnsupportedTarget => "unsupported_target",
            Self::InvalidHost => "invalid_host",
            Self::MalformedRequest => "malformed_request",
            Self::RulesUnavailable => "rules_unavailable",
            Self::Unavailable => "unavailable",
            Self::InternalError => "internal_error",
            Self::KeyRejected => "key_rejected",
            Self::UpstreamUnreachable => "upstream_unreachable",
            Self::UpstreamCertificateInvalid => "upstream_certificate_invalid",
            Self::UpstreamResponseInvalid => "upstream_response_invalid",
            Self::UpstreamTimeout => "upstream_timeout",
        }
    }
}

impl From<DenyReason> for DecisionCode {
    fn from(reason: DenyReason) -> Self {
        match reason {
            DenyReason::InvalidKey => Self::InvalidKey,
            DenyReason::UnknownKey => Self::UnknownKey,
            DenyReason::WrongEnvironment => Self::WrongEnvironment,
            DenyReason::Pending => Self::Pending,
            DenyReason::Disabled => Self::Disabled,
            DenyReason::Expired => Self::Expired,
            DenyReason::Revoked => Self::Revoked,
            DenyReason::InsufficientPermission => Self::InsufficientScope,
            DenyReason::Rotated => Self::Rotated,
            // DenyReason is non-exhaustive; a test checks that every reason has a code.
            _ => Self::InternalError,
        }
    }
}

impl fmt::Display for DecisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The code of a problem: of a decision, or of the service's own paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemCode {
    Decision(DecisionCode),
    Service(&'static str),
}

impl ProblemCode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Decision(code) => code.as_str(),
            Self::Service(code) => code,
        }
    }
}

impl From<DecisionCode> for ProblemCode {
    fn from(code: DecisionCode) -> Self {
        Self::Decision(code)
    }
}

impl From<&'static str> for ProblemCode {
    fn from(code: &'static str) -> Self {
        Self::Service(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_its_index_and_a_unique_text() {
        let mut texts = std::collections::HashSet::new();
        for (index, code) in DecisionCode::ALL.into_iter().enumerate() {
            assert_eq!(code.index(), index, "{code}");
            assert!(texts.insert(code.as_str()), "{code} is used once");
        }
    }

    #[test]
    fn deny_reason_has_code_with_same_text() {
        for reason in DenyReason::ALL {
            assert_eq!(
                DecisionCode::from(reason).as_str(),
                reason.as_str(),
                "a reason without a code would be shown as an internal error"
            );
        }
    }
}
