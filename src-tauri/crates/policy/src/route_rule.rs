//! Route rules: which access requests require where the default of their method is wrong for an API. The first rule that
//! matches a request decides; another spelling of its path never makes it require less.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use keystile_keys::Permission;

use crate::path::{as_an_api_may_read_it, climbs, matches_as_written};
use crate::request_kind::RequestKind;

/// The longest path of a rule, in characters.
const MAX_PATH_LENGTH: usize = 200;
/// The longest method of a rule, in characters.
const MAX_METHOD_LENGTH: usize = 20;
/// The most rules of one gateway.
pub const MAX_RULES: usize = 100;

/// What a request needs to pass a gateway, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Nothing: it passes without a key.
    Open,
    /// A key with this permission.
    Key(Permission),
}

impl Access {
    /// `open`, `read` or `write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Key(permission) => permission.as_str(),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Access {
    type Err = RouteRuleError;

    fn from_str(text: &str) -> Result<Self, RouteRuleError> {
        match text {
            "open" => Ok(Self::Open),
            "read" => Ok(Self::Key(Permission::Read)),
            "write" => Ok(Self::Key(Permission::Write)),
            _ => Err(RouteRuleError::Need),
        }
    }
}

/// Why a rule is none.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RouteRuleError {
    /// The method is not a word of capital letters.
    #[error("a method is a word of capital letters, or * for every method")]
    Method,
    /// The path is not one that a request can have.
    #[error(
        "a path begins with /, is at most 200 characters of an address long, and may end with /*"
    )]
    Path,
    /// Neither open nor read nor write.
    #[error("a rule says open, read or write")]
    Need,
    /// Not three words.
    #[error("a rule is a method, a path and what they need, such as POST /search read")]
    Form,
    /// More than [`MAX_RULES`].
    #[error("a gateway has at most 100 rules")]
    TooMany,
}

/// One rule: a method or all of them, a path or all below it, and what such requests need.
///
/// ```
/// use keystile_policy::RouteRule;
/// let rule: RouteRule = "POST /search read".parse().unwrap();
/// assert_eq!(rule.to_string(), "POST /search read");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    method: Option<String>,
    path: String,
    need: Access,
}

impl RouteRule {
    /// A rule for this method (`None`: every one) and this path. A path that ends with `/*` stands for what it begins
    /// with and for all below. `GET` stands for `HEAD` too, because an API answers both with the same code.
    ///
    /// # Errors
    /// `Method` or `Path`.
    pub fn new(method: Option<&str>, path: &str, need: Access) -> Result<Self, RouteRuleError> {
        if let Some(method) = method
            && !is_a_method(method)
        {
            return Err(RouteRuleError::Method);
        }
        let stem = path.strip_suffix("/*").unwrap_or(path);
        let is_whole = path.starts_with('/') && path.len() <= MAX_PATH_LENGTH;
        if !is_whole || !stem.bytes().all(is_of_a_path) || !is_plain(stem) {
            return Err(RouteRuleError::Path);
        }
        Ok(Self {
            method: method.map(str::to_owned),
            path: path.to_owned(),
            need,
        })
    }

    /// The method, `None` for every one.
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// The path as it was written, with `/*` at its end if it has one.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What its requests need.
    pub fn need(&self) -> Access {
        self.need
    }

    fn is_about(&self, method: &str) -> bool {
        match self.method.as_deref() {
            None => true,
            Some("GET") => matches!(method, "GET" | "HEAD"),
            Some(own) => own == method,
        }
    }
}

fn is_a_method(text: &str) -> bool {
    (1..=MAX_METHOD_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
}

/// Characters of a path (RFC 3986, 3.3) but `;`, `*` and escapes, which APIs read differently.
fn is_of_a_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=:@/".contains(&byte)
}

/// Whether every API reads the path alike but for case: otherwise a rule would say two things.
fn is_plain(stem: &str) -> bool {
    stem.is_empty() || (!climbs(stem) && as_an_api_may_read_it(stem) == stem.to_ascii_lowercase())
}

impl fmt::Display for RouteRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method.as_deref().unwrap_or("*");
        write!(f, "{method} {} {}", self.path, self.need)
    }
}

impl FromStr for RouteRule {
    type Err = RouteRuleError;

    fn from_str(text: &str) -> Result<Self, RouteRuleError> {
        let mut words = text.split_ascii_whitespace();
        let (Some(method), Some(path), Some(need), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(RouteRuleError::Form);
        };
        Self::new((method != "*").then_some(method), path, need.parse()?)
    }
}

/// The rules of one gateway, in order. The first that is about a request decides; where none is, the method does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteRules(Vec<RouteRule>);

/// What a request needs, and which rule said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteMatch {
    /// What it needs.
    pub need: Access,
    /// The place of the rule, from 0; `None`: the method alone.
    pub rule: Option<usize>,
}

impl RouteRules {
    /// These rules in this order.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn new(rules: Vec<RouteRule>) -> Result<Self, RouteRuleError> {
        if rules.len() > MAX_RULES {
            return Err(RouteRuleError::TooMany);
        }
        Ok(Self(rules))
    }

    /// Reads rules as [`RouteRules`]'s `Display` writes them: one a line.
    ///
    /// # Errors
    /// As of each rule, or `TooMany`.
    pub fn parse(text: &str) -> Result<Self, RouteRuleError> {
        Self::new(text.lines().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// The rules in order.
    pub fn as_slice(&self) -> &[RouteRule] {
        &self.0
    }

    /// What a request with this method and path (without its query) needs. A path is matched as it is written and as a
    /// lenient API may read it, and the stricter of both counts; one with dot segments, which lead APIs to different places,
    /// needs `write`. Spelling a path otherwise never makes a request need less.
    pub fn need(&self, method: &str, path: &str, claim: RequestKind) -> RouteMatch {
        let by_method = match claim {
            RequestKind::Plain => Permission::needed_for(method),
            RequestKind::Upgrade | RequestKind::Override => Permission::Write,
        };
        let by_method = RouteMatch {
            need: Access::Key(by_method),
            rule: None,
        };
        if self.0.is_empty() || claim == RequestKind::Override {
            return by_method;
        }
        if climbs(path) {
            return RouteMatch {
                need: Access::Key(Permission::Write),
                rule: None,
            };
        }
        let written = self
            .first(|rule| rule.is_about(method) && matches_as_written(&rule.path, path))
            .unwrap_or(by_method);
        let lenient = as_an_api_may_read_it(path);
        let read = self
            .first(|rule| {
                let pattern = as_an_api_may_read_it(&rule.path);
                rule.is_about(method) && matches_as_written(&pattern, &lenient)
            })
            .unwrap_or(by_method);
        if read.need > written.need {
            read
        } else {
            written
        }
    }

    fn first(&self, is_meant: impl Fn(&RouteRule) -> bool) -> Option<RouteMatch> {
        let place = self.0.iter().position(is_meant)?;
        Some(RouteMatch {
            need: self.0[place].need,
            rule: Some(place),
        })
    }
}

impl fmt::Display for RouteRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, rule) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{rule}")?;
        }
        Ok(())
    }
}
