//! Links to places of the desktop window: `keystile://open/PROJECT/ENVIRONMENT`, optionally followed by a tab. The only
//! module that formats or parses them. A link names a place and nothing else.

#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

use keystile_keys::Name;
use keystile_store::EnvironmentRow;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use thiserror::Error;

/// Everything before the project. The scheme is registered by the bundles.
const START: &str = "keystile://open/";

/// The characters that are percent-encoded: all but the unreserved ones of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A page of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Tab {
    /// What guards the environment, and the next steps.
    Overview,
    /// Its API keys.
    Keys,
    /// Its gateway.
    Gateway,
    /// Requests to its API.
    Playground,
}

impl Tab {
    /// All tabs, in the order of the window.
    pub const ALL: [Self; 4] = [Self::Overview, Self::Keys, Self::Gateway, Self::Playground];

    /// Returns the tab's name in links and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Keys => "keys",
            Self::Gateway => "gateway",
            Self::Playground => "playground",
        }
    }
}

impl FromStr for Tab {
    type Err = InvalidLink;

    fn from_str(name: &str) -> Result<Self, InvalidLink> {
        let mut all = Self::ALL.into_iter();
        all.find(|tab| tab.as_str() == name).ok_or(InvalidLink)
    }
}

/// A link to an environment. Whether the environment exists is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The name or id of the project.
    pub project: String,
    /// The name or id of the environment.
    pub environment: String,
    /// The page; `None`: where the window opens an environment.
    pub tab: Option<Tab>,
}

/// The text is not a link to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a link to an environment")]
pub struct InvalidLink;

impl Link {
    /// Returns a link by names, which mean the same in another store. A name of dots alone is replaced by its id,
    /// because programs that pass links on remove such a path segment.
    pub fn to_environment(environment: &EnvironmentRow, tab: Option<Tab>) -> Self {
        let name_or_id = |name: &str, id: &str| match name {
            "." | ".." => id.to_owned(),
            name => name.to_owned(),
        };
        Self {
            project: name_or_id(&environment.project_name, environment.project_id.as_str()),
            environment: name_or_id(&environment.name, environment.id.as_str()),
            tab,
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let project = utf8_percent_encode(&self.project, ENCODED);
        let environment = utf8_percent_encode(&self.environment, ENCODED);
        write!(f, "{START}{project}/{environment}")?;
        match self.tab {
            Some(tab) => write!(f, "/{}", tab.as_str()),
            None => Ok(()),
        }
    }
}

impl FromStr for Link {
    type Err = InvalidLink;

    fn from_str(text: &str) -> Result<Self, InvalidLink> {
        let path = text.strip_prefix(START).ok_or(InvalidLink)?;
        if path.contains(['?', '#']) {
            return Err(InvalidLink);
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut segments = path.split('/');
        let project = decode(segments.next())?;
        let environment = decode(segments.next())?;
        let tab = segments.next().map(Tab::from_str).transpose()?;
        if segments.next().is_some() {
            return Err(InvalidLink);
        }
        Ok(Self {
            project,
            environment,
            tab,
        })
    }
}

/// Decodes a segment. An id has the form of a name too, so everything that is shown of a link is a valid name.
fn decode(segment: Option<&str>) -> Result<String, InvalidLink> {
    let decoded = percent_decode_str(segment.ok_or(InvalidLink)?);
    let text = decoded.decode_utf8().map_err(|_| InvalidLink)?;
    let name = Name::parse(&text).map_err(|_| InvalidLink)?;
    if name.as_str().contains('/') {
        return Err(InvalidLink);
    }
    Ok(name.as_str().to_owned())
}
