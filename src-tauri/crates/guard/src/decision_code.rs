//! The stable codes of decisions about requests, as the owner of the API sees them. One list, from which the window's types
//! are generated, so that it has words for every code.

use std::fmt;

use keystile_keys::DenyReason;

/// What was decided about a request, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export, rename_all = "snake_case")
)]
#[expect(missing_docs, reason = "each is named for what was decided")]
pub enum DecisionCode {
    Accepted,
    // The key was checked.
    InvalidKey,
    UnknownKey,
    WrongEnvironment,
    Pending,
    Disabled,
    Expired,
    Revoked,
    InsufficientScope,
    // No key was checked.
    CredentialsMissing,
    CredentialsConflict,
    CredentialsForm,
    KeyInQuery,
    KeyInHeader,
    HeaderForbidden,
    PathForbidden,
    Preflight,
    NotForAGateway,
    HostMissing,
    RequestMalformed,
    RulesUnavailable,
    Unavailable,
    Internal,
    // It was accepted, and not answered by the API.
    KeyRefused,
    UpstreamUnreachable,
    UpstreamCertificate,
    UpstreamBroken,
    UpstreamSlow,
}

impl DecisionCode {
    /// Every code.
    pub const ALL: [Self; 28] = [
        Self::Accepted,
        Self::InvalidKey,
        Self::UnknownKey,
        Self::WrongEnvironment,
        Self::Pending,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::InsufficientScope,
        Self::CredentialsMissing,
        Self::CredentialsConflict,
        Self::CredentialsForm,
        Self::KeyInQuery,
        Self::KeyInHeader,
        Self::HeaderForbidden,
        Self::PathForbidden,
        Self::Preflight,
        Self::NotForAGateway,
        Self::HostMissing,
        Self::RequestMalformed,
        Self::RulesUnavailable,
        Self::Unavailable,
        Self::Internal,
        Self::KeyRefused,
        Self::UpstreamUnreachable,
        Self::UpstreamCertificate,
        Self::UpstreamBroken,
        Self::UpstreamSlow,
    ];

    /// Its place in [`DecisionCode::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// A stable word for logs and for the window.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::InvalidKey => DenyReason::InvalidKey.as_str(),
            Self::UnknownKey => DenyReason::UnknownKey.as_str(),
            Self::WrongEnvironment => DenyReason::WrongEnvironment.as_str(),
            Self::Pending => DenyReason::Pending.as_str(),
            Self::Disabled => DenyReason::Disabled.as_str(),
            Self::Expired => DenyReason::Expired.as_str(),
            Self::Revoked => DenyReason::Revoked.as_str(),
            Self::InsufficientScope => DenyReason::InsufficientPermission.as_str(),
            Self::CredentialsMissing => "credentials_missing",
            Self::CredentialsConflict => "credentials_conflict",
            Self::CredentialsForm => "credentials_form",
            Self::KeyInQuery => "key_in_query",
            Self::KeyInHeader => "key_in_header",
            Self::HeaderForbidden => "header_forbidden",
            Self::PathForbidden => "path_forbidden",
            Self::Preflight => "preflight",
            Self::NotForAGateway => "not_for_a_gateway",
            Self::HostMissing => "host_missing",
            Self::RequestMalformed => "request_malformed",
            Self::RulesUnavailable => "rules_unavailable",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
            Self::KeyRefused => "key_refused",
            Self::UpstreamUnreachable => "upstream_unreachable",
            Self::UpstreamCertificate => "upstream_certificate",
            Self::UpstreamBroken => "upstream_broken",
            Self::UpstreamSlow => "upstream_slow",
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
            // A reason of a newer verifier; a test looks that there is none.
            _ => Self::Internal,
        }
    }
}

impl fmt::Display for DecisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The code of a problem: that of a decision, or one of the service's own.
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
    fn every_code_has_its_index_and_a_word_of_its_own() {
        let mut words = std::collections::HashSet::new();
        for (index, code) in DecisionCode::ALL.into_iter().enumerate() {
            assert_eq!(code.index(), index, "{code}");
            assert!(words.insert(code.as_str()), "{code} is one decision");
        }
    }

    #[test]
    fn every_reason_of_the_verifier_has_a_code_of_the_same_word() {
        for reason in DenyReason::ALL {
            assert_eq!(
                DecisionCode::from(reason).as_str(),
                reason.as_str(),
                "a reason without a code would be shown as an internal error"
            );
        }
    }
}
