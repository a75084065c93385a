//! Why a key was revoked.

use std::fmt;
use std::str::FromStr;

use crate::columns::Columns;
use crate::error::StoreError;

/// Why a key was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum RevokeReason {
    /// Others may know the key.
    Leaked,
    /// Another key replaced it.
    Superseded,
    /// Nothing used it.
    Unused,
    /// Another reason.
    Other,
}

/// The text is not the name of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown reason")]
pub struct ParseRevokeReasonError;

/// The reason of a revocation and a text about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The reason.
    pub reason: RevokeReason,
    /// Any text; may be empty.
    pub note: String,
}

impl RevokeReason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Leaked, Self::Superseded, Self::Unused, Self::Other];

    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leaked => "leaked",
            Self::Superseded => "superseded",
            Self::Unused => "unused",
            Self::Other => "other",
        }
    }
}

impl FromStr for RevokeReason {
    type Err = ParseRevokeReasonError;

    fn from_str(text: &str) -> Result<Self, ParseRevokeReasonError> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or(ParseRevokeReasonError)
    }
}

impl fmt::Display for RevokeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Revocation {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Option<Self>, StoreError> {
        let Some(reason) = row.optional_parsed("revoke_reason")? else {
            return Ok(None);
        };
        let note = row.text("revoke_note")?;
        Ok(Some(Self { reason, note }))
    }
}
