//! Route rules, which override the access that a method requires by default. The first matching rule applies. Another
//! spelling of a path never requires less access.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use keystile_keys::Permission;

use crate::access::{Access, AccessReason, DEFAULT_FOR_METHOD, RouteMatch};
use crate::path;
use crate::request_facts::{RequestFacts, RequestKind};
use crate::route_rule_error::{MAX_RULES, RouteRuleError};

/// Maximum length of a path in characters.
const MAX_PATH_LENGTH: usize = 200;
/// Maximum length of a method in characters.
const MAX_METHOD_LENGTH: usize = 20;

/// A rule: a method or all methods, a path or a path prefix, and the required access.
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
    /// The path in lower case.
    folded: String,
    access: Access,
}

impl RouteRule {
    /// Creates a rule. `None` matches every method; `GET` also matches `HEAD`. A path that ends with `/*` matches the
    /// path before it and everything below.
    ///
    /// # Errors
    /// `Method` or `Path`.
    pub fn new(method: Option<&str>, path: &str, access: Access) -> Result<Self, RouteRuleError> {
        if let Some(method) = method
            && !is_method(method)
        {
            return Err(RouteRuleError::Method);
        }
        let stem = path.strip_suffix("/*").unwrap_or(path);
        let is_absolute = path.starts_with('/') && path.len() <= MAX_PATH_LENGTH;
        if !is_absolute || !stem.bytes().all(is_path_character) || !is_certain(stem) {
            return Err(RouteRuleError::Path);
        }
        Ok(Self {
            method: method.map(str::to_owned),
            path: path.to_owned(),
            folded: path.to_ascii_lowercase(),
            access,
        })
    }

    /// Returns the method; `None` for all methods.
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Returns the path, including a trailing `/*`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the required access.
    pub fn access(&self) -> Access {
        self.access
    }

    /// Returns whether every request that `other` matches is matched by this rule too.
    fn covers(&self, other: &Self) -> bool {
        let covers_method = match other.method() {
            None => self.method.is_none(),
            Some(method) => self.matches_method(method),
        };
        let covers_path = match other.path.strip_suffix("/*") {
            None => path::matches(&self.path, &other.path),
            // A rule without a wildcard matches one path only.
            Some(stem) => self.path.ends_with("/*") && path::matches(&self.path, stem),
        };
        covers_method && covers_path
    }

    fn matches_method(&self, method: &str) -> bool {
        match self.method.as_deref() {
            None => true,
            Some("GET") => matches!(method, "GET" | "HEAD"),
            Some(own) => own == method,
        }
    }
}

fn is_method(text: &str) -> bool {
    (1..=MAX_METHOD_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
}

/// Returns whether a byte is a path character (RFC 3986, section 3.3) other than `;`, `*`, and `%`, which servers
/// interpret differently.
fn is_path_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=:@/".contains(&byte)
}

/// Returns whether all servers interpret the path alike, except for case and format suffixes.
fn is_certain(stem: &str) -> bool {
    stem.is_empty()
        || path::interpretations(stem).is_ok_and(|interpretations| interpretations.exact.len() == 1)
}

impl fmt::Display for RouteRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method.as_deref().unwrap_or("*");
        write!(f, "{method} {} {}", self.path, self.access)
    }
}

impl FromStr for RouteRule {
    type Err = RouteRuleError;

    fn from_str(text: &str) -> Result<Self, RouteRuleError> {
        let mut parts = text.split_ascii_whitespace();
        let (Some(method), Some(path), Some(access), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(RouteRuleError::Syntax);
        };
        Self::new((method != "*").then_some(method), path, access.parse()?)
    }
}

/// The ordered rules of a gateway. Without a match, the method determines the access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteRules {
    rules: Vec<RouteRule>,
    exact: SegmentIndex,
    folded: SegmentIndex,
}

/// A rule that never applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusedRule {
    /// The index of the rule, from 0.
    pub index: usize,
    /// The index of the earlier rule that matches everything that it matches.
    pub covered_by: usize,
}

/// An index of rules by the first path segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SegmentIndex {
    /// Ordered indexes of the rules that can match a segment.
    by_segment: HashMap<String, Vec<usize>>,
    /// Ordered indexes of the rules for all paths.
    any: Vec<usize>,
}

impl SegmentIndex {
    fn new<'a>(patterns: impl Iterator<Item = &'a str> + Clone) -> Self {
        let is_any = |pattern: &str| pattern == "/*";
        let mut index = Self::default();
        for pattern in patterns.clone().filter(|pattern| !is_any(pattern)) {
            let segment = first_segment(pattern);
            index.by_segment.entry(segment.to_owned()).or_default();
        }
        for (position, pattern) in patterns.enumerate() {
            if is_any(pattern) {
                index.any.push(position);
                index
                    .by_segment
                    .values_mut()
                    .for_each(|rules| rules.push(position));
            } else if let Some(rules) = index.by_segment.get_mut(first_segment(pattern)) {
                rules.push(position);
            }
        }
        index
    }

    fn candidates(&self, path: &str) -> &[usize] {
        self.by_segment
            .get(first_segment(path))
            .unwrap_or(&self.any)
    }
}

/// Returns the text between the first two slashes.
fn first_segment(path: &str) -> &str {
    let rest = path.strip_prefix('/').unwrap_or(path);
    rest.split_once('/').map_or(rest, |(segment, _)| segment)
}

impl RouteRules {
    /// Creates an ordered list of rules.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn new(rules: Vec<RouteRule>) -> Result<Self, RouteRuleError> {
        if rules.len() > MAX_RULES {
            return Err(RouteRuleError::TooMany);
        }
        Ok(Self {
            exact: SegmentIndex::new(rules.iter().map(|rule| &*rule.path)),
            folded: SegmentIndex::new(rules.iter().map(|rule| &*rule.folded)),
            rules,
        })
    }

    /// Parses one rule a line, as `Display` writes them.
    ///
    /// # Errors
    /// The error of a rule, or `TooMany`.
    pub fn parse(text: &str) -> Result<Self, RouteRuleError> {
        Self::new(text.lines().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// Returns the rules in order.
    pub fn as_slice(&self) -> &[RouteRule] {
        &self.rules
    }

    /// Describes why a request requires its access, as the end of a sentence: `rule POST /search read`, `default for its
    /// method`. Rules are quoted, because their positions change.
    pub fn explain(&self, reason: AccessReason) -> Cow<'static, str> {
        match reason {
            AccessReason::Method => Cow::Borrowed(DEFAULT_FOR_METHOD),
            AccessReason::Rule(index) => match self.rules.get(index) {
                Some(rule) => Cow::Owned(format!("rule {rule}")),
                None => Cow::Owned(reason.to_string()),
            },
            _ => Cow::Owned(reason.to_string()),
        }
    }

    /// Returns the rules that never apply, because one earlier rule matches everything that they match.
    pub fn unused(&self) -> Vec<UnusedRule> {
        let unused = |(index, rule): (usize, &RouteRule)| {
            let mut earlier = self.rules[..index].iter();
            let covered_by = earlier.position(|earlier| earlier.covers(rule))?;
            Some(UnusedRule { index, covered_by })
        };
        self.rules.iter().enumerate().filter_map(unused).collect()
    }

    /// Returns the access that a request requires: the strictest one of all interpretations of its path. An uncertain
    /// path requires `write`.
    pub fn required_access(&self, request: &RequestFacts) -> RouteMatch {
        let default = match request.kind() {
            RequestKind::Override => return RouteMatch::write(AccessReason::MethodOverride),
            RequestKind::Upgrade => RouteMatch::write(AccessReason::Upgrade),
            RequestKind::Plain => RouteMatch {
                access: Access::Key(Permission::needed_for(request.method().as_str())),
                reason: AccessReason::Method,
            },
        };
        if self.rules.is_empty() {
            return default;
        }
        let interpretations = match path::interpretations(request.path()) {
            Ok(interpretations) => interpretations,
            Err(doubt) => return RouteMatch::write(AccessReason::UncertainPath(doubt)),
        };
        let method = request.method().as_str();
        let exact = |path: &str| self.first_match(&self.exact, path, method, |rule| &rule.path);
        let folded = |path: &str| self.first_match(&self.folded, path, method, |rule| &rule.folded);
        let as_sent = interpretations
            .exact
            .iter()
            .map(|path| exact(path).unwrap_or(default));
        let in_lower_case = interpretations
            .folded
            .iter()
            .map(|path| folded(path).unwrap_or(default));
        // Rules may contain a suffix, so paths without it count only if a rule matches them.
        let exact_without_suffix = interpretations
            .exact_without_suffix
            .iter()
            .filter_map(|path| exact(path));
        let folded_without_suffix = interpretations
            .folded_without_suffix
            .iter()
            .filter_map(|path| folded(path));
        as_sent
            .chain(in_lower_case)
            .chain(exact_without_suffix)
            .chain(folded_without_suffix)
            .reduce(|strictest, next| {
                if next.access > strictest.access {
                    next
                } else {
                    strictest
                }
            })
            .unwrap_or(default)
    }

    fn first_match(
        &self,
        index: &SegmentIndex,
        path: &str,
        method: &str,
        pattern: impl Fn(&RouteRule) -> &str,
    ) -> Option<RouteMatch> {
        let position = index.candidates(path).iter().copied().find(|position| {
            let rule = &self.rules[*position];
            path::matches(pattern(rule), path) && rule.matches_method(method)
        })?;
        Some(RouteMatch {
            access: self.rules[position].access,
            reason: AccessReason::Rule(position),
        })
    }
}

impl fmt::Display for RouteRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, rule) in self.rules.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{rule}")?;
        }
        Ok(())
    }
}
