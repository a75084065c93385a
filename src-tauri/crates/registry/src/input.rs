//! What users enter about environments and gateways, and its validation.

use keystile_keys::{Name, Prefix, Stage};
use keystile_policy::{Access, KeyLocation, RouteRule, RouteRules};

use crate::endpoint;
use crate::error::RegistryError;
use crate::expiry::{check_lifetimes, default_days};
use crate::field::Field;

/// An environment as entered.
#[derive(Debug, Clone)]
pub struct EnvironmentInput {
    /// The name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// The key prefix; `None`: derived from the name.
    pub prefix: Option<String>,
    /// The base URL of the API.
    pub endpoint: Option<String>,
    /// Where requests carry the key; `None`: the default.
    pub key_location: Option<KeyLocation>,
    /// The days after which a new key expires by default; `None`: as the stage says; `Some(None)`: never.
    pub default_days: Option<Option<u32>>,
    /// The longest allowed lifetime of a new key in days; `None`: unlimited.
    pub max_days: Option<u32>,
}

/// Changes of an environment. `None` keeps what is stored, so that two programs do not undo each other's changes.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentChanges {
    /// The name.
    pub name: Option<String>,
    /// The stage.
    pub stage: Option<Stage>,
    /// The key prefix.
    pub prefix: Option<String>,
    /// The base URL of the API; `Some(None)` removes it.
    pub endpoint: Option<Option<String>>,
    /// Where requests carry the key.
    pub key_location: Option<KeyLocation>,
    /// The days after which a new key expires by default; `Some(None)`: never.
    pub default_days: Option<Option<u32>>,
    /// The longest allowed lifetime of a new key in days; `Some(None)`: unlimited.
    pub max_days: Option<Option<u32>>,
}

/// A validated environment.
pub(crate) struct CheckedEnvironment {
    pub(crate) name: Name,
    pub(crate) stage: Stage,
    pub(crate) prefix: Option<Prefix>,
    pub(crate) endpoint: Option<String>,
    pub(crate) key_location: Option<KeyLocation>,
    pub(crate) default_days: Option<u32>,
    pub(crate) max_days: Option<u32>,
}

impl EnvironmentInput {
    pub(crate) fn check(&self) -> Result<CheckedEnvironment, RegistryError> {
        let default_days = self.default_days.unwrap_or_else(|| {
            let days = default_days(self.stage)?;
            Some(self.max_days.map_or(days, |max| days.min(max)))
        });
        check_lifetimes(default_days, self.max_days)?;
        Ok(CheckedEnvironment {
            name: parse_name(&self.name, Field::EnvironmentName)?,
            stage: self.stage,
            prefix: self.prefix.as_deref().map(parse_prefix).transpose()?,
            endpoint: endpoint::parse(self.endpoint.as_deref())?,
            key_location: self.key_location.clone(),
            default_days,
            max_days: self.max_days,
        })
    }
}

/// Changes of a gateway. `None` keeps what is stored, so that two programs do not undo each other's changes. Rules are
/// replaced as a whole, unless they are no longer `known_rules`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayInput {
    /// Whether the upstream receives the client's Host header.
    pub preserve_host: Option<bool>,
    /// Whether CORS preflight requests pass without a key.
    pub allow_preflight: Option<bool>,
    /// Whether responses tell their callers that their key expires soon.
    pub sunset_header: Option<bool>,
    /// Whether the sample API is the upstream while there is no endpoint.
    pub sample_upstream: Option<bool>,
    /// The route rules in order.
    pub rules: Option<Vec<RouteRuleInput>>,
    /// The rules from which the new ones were made; `None` replaces any.
    pub known_rules: Option<Vec<RouteRuleInput>>,
}

/// A route rule as entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRuleInput {
    /// The method; `None`: any.
    pub method: Option<String>,
    /// The path. A trailing `/*` matches everything below it.
    pub path: String,
    /// The required access.
    pub access: Access,
}

impl From<&RouteRule> for RouteRuleInput {
    fn from(rule: &RouteRule) -> Self {
        Self {
            method: rule.method().map(str::to_owned),
            path: rule.path().to_owned(),
            access: rule.access(),
        }
    }
}

/// Parses route rules.
///
/// # Errors
/// `InvalidRouteRule` or `DuplicateRouteRule` for the first invalid rule.
pub fn route_rules(inputs: &[RouteRuleInput]) -> Result<RouteRules, RegistryError> {
    let mut rules: Vec<RouteRule> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let rule = RouteRule::new(input.method.as_deref(), input.path.trim(), input.access)
            .map_err(|cause| RegistryError::InvalidRouteRule { index, cause })?;
        let is_same =
            |other: &RouteRule| other.method() == rule.method() && other.path() == rule.path();
        if let Some(first) = rules.iter().position(is_same) {
            return Err(RegistryError::DuplicateRouteRule { index, first });
        }
        rules.push(rule);
    }
    RouteRules::new(rules).map_err(|cause| RegistryError::InvalidRouteRule {
        index: keystile_policy::MAX_RULES,
        cause,
    })
}

/// Parses a name. Names of projects and environments contain no slash, so that `project/environment` is unambiguous.
///
/// # Errors
/// An error of the field.
pub fn parse_name(text: &str, field: Field) -> Result<Name, RegistryError> {
    let name = Name::parse(text).map_err(|error| RegistryError::from_name(error, field))?;
    let is_part_of_reference = matches!(field, Field::ProjectName | Field::EnvironmentName);
    if is_part_of_reference && name.as_str().contains('/') {
        return Err(RegistryError::NameWithSlash { field });
    }
    Ok(name)
}

/// Parses a prefix.
///
/// # Errors
/// `InvalidPrefix`.
pub(crate) fn parse_prefix(text: &str) -> Result<Prefix, RegistryError> {
    Prefix::parse(text.trim()).map_err(RegistryError::InvalidPrefix)
}
