//! Stages of environments. Destructive actions in production require an extra confirmation.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::name::fold;

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
    "acceptance",
    "beta",
    "homolog",
    "homologacao",
    "homologação",
    "int",
    "integration",
    "intégration",
    "non",
    "nonprod",
    "pre",
    "preprod",
    "preproduction",
    "preview",
    "pruebas",
    "préprod",
    "qa",
    "recette",
    "sandbox",
    "stag",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "tests",
    "teste",
    "tst",
    "uat",
    "стейдж",
    "стейджинг",
    "тест",
];
/// Words that mean production.
const PRODUCTION: &[&str] = &[
    "canlı",
    "live",
    "main",
    "prd",
    "prod",
    "producao",
    "produccion",
    "producción",
    "production",
    "productie",
    "produktion",
    "produkcja",
    "produzione",
    "produção",
    "release",
    "боевой",
    "прод",
    "продакшен",
    "продакшн",
];
/// Words that mean development.
const DEVELOPMENT: &[&str] = &[
    "desarrollo",
    "desenvolvimento",
    "dev",
    "devel",
    "develop",
    "development",
    "développement",
    "entwicklung",
    "local",
    "localhost",
    "sviluppo",
    "разработка",
];
/// The same in languages that do not separate words.
const STAGING_PARTS: &[&str] = &[
    "テスト",
    "検証",
    "ステージング",
    "测试",
    "測試",
    "预发",
    "預發",
    "테스트",
    "스테이징",
];
const PRODUCTION_PARTS: &[&str] = &["本番", "生产", "生產", "正式", "운영", "프로덕션"];
const DEVELOPMENT_PARTS: &[&str] = &["開発", "开发", "開發", "개발"];

impl Stage {
    /// Returns `development`, `staging`, or `production`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Guesses the stage from a name: development if it names none.
    pub fn guess(name: &str) -> Self {
        Self::named_in(name).unwrap_or(Self::Development)
    }

    /// Returns the stage that a whole word of a text names: `prod-eu` and `Live 2` name production, `products` names none.
    pub fn named_in(text: &str) -> Option<Self> {
        let text = fold(text);
        let has = |words: &[&str], parts: &[&str]| {
            text.split(|c: char| !c.is_alphabetic())
                .any(|word| words.contains(&word))
                || parts.iter().any(|part| text.contains(part))
        };
        if has(STAGING, STAGING_PARTS) {
            Some(Self::Staging)
        } else if has(PRODUCTION, PRODUCTION_PARTS) {
            Some(Self::Production)
        } else if has(DEVELOPMENT, DEVELOPMENT_PARTS) {
            Some(Self::Development)
        } else {
            None
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
