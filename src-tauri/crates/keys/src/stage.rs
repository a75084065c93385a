//! How much an environment matters: production asks twice, the others do not.
//! The registry guesses one from a name while the user types; the user decides.
//! The lists of words grow when a team's usual word is guessed wrong.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The stage of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Where people try things.
    Development,
    /// Where things are tried before others see them.
    Staging,
    /// What others depend on.
    Production,
}

/// The text is none of the three stages.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a stage is development, staging or production")]
pub struct ParseStageError;

/// Words that mean staging even beside a word of production (`pre-prod`, `non-prod`, `prod-test`).
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
    /// `development`, `staging` or `production`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The stage that a name suggests, by its whole words: `prod-eu` and `Live 2` do, `products` does not.
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
