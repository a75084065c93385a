//! Stages of environments. Destructive actions in production require an extra confirmation.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The stage of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Stage {
    /// For development.
    Development,
    /// For tests before a release.
    Staging,
    /// In use by others.
    Production,
}

/// The text is not a stage.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("use development, staging, or production")]
pub struct ParseStageError;

/// Words that mean staging, even beside a word for production (`pre-prod`, `prod-test`).
const STAGING: &[&str] = &[
    "stag",
    "stage",
    "staging",
    "stg",
    "test",
    "tests",
    "testing",
    "tst",
    "uat",
    "pre",
    "preprod",
    "preproduction",
    "preview",
    "qa",
    "sandbox",
    "beta",
    "nonprod",
    "non",
    "acceptance",
    "int",
    "integration",
];
/// Words that mean production.
const PRODUCTION: &[&str] = &["prod", "production", "prd", "live", "main", "release"];

impl Stage {
    /// Returns `development`, `staging`, or `production`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Guesses the stage from the whole words of a name: `prod-eu` and `Live 2` suggest production, `products` does
    /// not.
    pub fn guess(name: &str) -> Self {
        let lower = name.to_lowercase();
        let has = |words: &[&str]| {
            lower
                .split(|c: char| !c.is_alphabetic())
                .any(|word| words.contains(&word))
        };
        if has(STAGING) {
            Self::Staging
        } else if has(PRODUCTION) {
            Self::Production
        } else {
            Self::Development
        }
    }
}

impl FromStr for Stage {
    type Err = ParseStageError;

    fn from_str(text: &str) -> Result<Self, ParseStageError> {
        match text {
            "development" => Ok(Self::Development),
            "staging" => Ok(Self::Staging),
            "production" => Ok(Self::Production),
            _ => Err(ParseStageError),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
