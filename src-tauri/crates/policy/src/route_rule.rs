//! Route rules: which access requests require where the default of their method is wrong for an API. The first rule that
//! matches a request decides; another spelling of its path never makes it require less.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use keystile_keys::Permission;

use crate::access::{Access, AccessReason, RouteMatch};
use crate::path;
use crate::request_facts::{RequestFacts, RequestKind};
use crate::route_rule_error::{MAX_RULES, RouteRuleError};

/// The longest path of a rule, in characters.
const MAX_PATH_LENGTH: usize = 200;
/// The longest method of a rule, in characters.
const MAX_METHOD_LENGTH: usize = 20;

/// One rule: a method or all of them, a path or all below it, and the access that such requests require.
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
    /// Creates a rule for this method (`None`: every one) and this path. A path that ends with `/*` matches what stands
    /// before that and everything below. `GET` stands for `HEAD` too, because an API answers both with the same code.
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

    /// The method, `None` for every one.
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// The path as it was written, with `/*` at its end if it has one.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The access that its requests require.
    pub fn access(&self) -> Access {
        self.access
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

/// Characters of a path (RFC 3986, 3.3) but `;`, `*` and escapes, which APIs read differently.
fn is_path_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=:@/".contains(&byte)
}

/// Whether servers read the path alike, but for case and format suffixes: otherwise a rule would say two things.
fn is_certain(stem: &str) -> bool {
    stem.is_empty() || path::readings(stem).is_ok_and(|readings| readings.exact.len() == 1)
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
        let mut words = text.split_ascii_whitespace();
        let (Some(method), Some(path), Some(access), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(RouteRuleError::Form);
        };
        Self::new((method != "*").then_some(method), path, access.parse()?)
    }
}

/// The rules of one gateway, in order. The first match decides; where no rule matches, the method does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteRules {
    rules: Vec<RouteRule>,
    exact: SegmentIndex,
    folded: SegmentIndex,
}

/// The rules that can match a path, by its first segment: a request looks at those instead of at every rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SegmentIndex {
    /// Indexes of rules in their order, those for every path included.
    by_segment: HashMap<String, Vec<usize>>,
    /// Indexes of the rules for every path.
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
        for (place, pattern) in patterns.enumerate() {
            if is_any(pattern) {
                index.any.push(place);
                index
                    .by_segment
                    .values_mut()
                    .for_each(|rules| rules.push(place));
            } else if let Some(rules) = index.by_segment.get_mut(first_segment(pattern)) {
                rules.push(place);
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

/// What stands between the first slash and the second one.
fn first_segment(path: &str) -> &str {
    let rest = path.strip_prefix('/').unwrap_or(path);
    rest.split_once('/').map_or(rest, |(segment, _)| segment)
}

impl RouteRules {
    /// Creates rules in this order.
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

    /// Parses rules as `Display` writes them, one a line.
    ///
    /// # Errors
    /// Those of each rule, or `TooMany`.
    pub fn parse(text: &str) -> Result<Self, RouteRuleError> {
        Self::new(text.lines().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// The rules in order.
    pub fn as_slice(&self) -> &[RouteRule] {
        &self.rules
    }

    /// Returns the access that a request requires. Its path is matched in every way in which a server may read it, and the
    /// strictest match counts; a path that cannot be read for certain requires `write`.
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
        let readings = match path::readings(request.path()) {
            Ok(readings) => readings,
            Err(doubt) => return RouteMatch::write(AccessReason::UncertainPath(doubt)),
        };
        let method = request.method().as_str();
        let exact = |path: &str| self.first_match(&self.exact, path, method, |rule| &rule.path);
        let folded = |path: &str| self.first_match(&self.folded, path, method, |rule| &rule.folded);
        let as_sent = readings
            .exact
            .iter()
            .map(|path| exact(path).unwrap_or(default));
        let in_lower_case = readings
            .folded
            .iter()
            .map(|path| folded(path).unwrap_or(default));
        // A rule may name a path with a suffix, so the one without it counts only where a rule names that too.
        let exact_without_suffix = readings
            .exact_without_suffix
            .iter()
            .filter_map(|path| exact(path));
        let folded_without_suffix = readings
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
        let place = index.candidates(path).iter().copied().find(|place| {
            let rule = &self.rules[*place];
            path::matches(pattern(rule), path) && rule.matches_method(method)
        })?;
        Some(RouteMatch {
            access: self.rules[place].access,
            reason: AccessReason::Rule(place),
        })
    }
}

impl fmt::Display for RouteRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, rule) in self.rules.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{rule}")?;
        }
        Ok(())
    }
}
