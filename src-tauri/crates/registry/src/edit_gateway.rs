//! Edit what an environment's gateway does. Whoever runs it takes the change over at once.

use keystile_keys::EnvironmentId;
use keystile_policy::{Access, RouteRule, RouteRules};
use keystile_store::{Action, AuditEntry, Write};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::show_gateway::{Gateway, gateway};

/// A route rule as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRuleInput {
    /// The method; `None`: every one.
    pub method: Option<String>,
    /// The path, with `/*` at its end for all below it.
    pub path: String,
    /// The access that its requests require.
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

/// What can be edited about a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayInput {
    /// Whether the API sees the Host that its caller sent.
    pub preserve_host: bool,
    /// Whether CORS preflights pass unchecked.
    pub allow_preflight: bool,
    /// Whether the sample API stands behind it while there is no endpoint.
    pub sample_upstream: bool,
    /// The route rules in order.
    pub rules: Vec<RouteRuleInput>,
}

/// Reads rules as they were entered.
///
/// # Errors
/// `RouteRule`, with the place of the first that is none.
pub fn route_rules(fields: &[RouteRuleInput]) -> Result<RouteRules, RegistryError> {
    let mut rules = Vec::with_capacity(fields.len());
    for (place, field) in fields.iter().enumerate() {
        let rule = RouteRule::new(field.method.as_deref(), field.path.trim(), field.access)
            .map_err(|problem| RegistryError::RouteRule { place, problem })?;
        rules.push(rule);
    }
    RouteRules::new(rules).map_err(|problem| RegistryError::RouteRule {
        place: keystile_policy::MAX_RULES,
        problem,
    })
}

impl Registry {
    /// Writes the fields.
    ///
    /// # Errors
    /// `NotFound`, `RouteRule`, or a `Store` error.
    pub async fn edit_gateway(
        &self,
        id: &EnvironmentId,
        fields: &GatewayInput,
    ) -> Result<Gateway, RegistryError> {
        let mut write = self.store.write().await?;
        let (edited, is_changed) = self.edit_gateway_in(&mut write, id, fields).await?;
        if is_changed {
            write.commit().await?;
        }
        Ok(edited)
    }

    /// Writes the fields in a transaction that the caller commits. Says whether anything changed.
    pub(crate) async fn edit_gateway_in(
        &self,
        write: &mut Write<'_>,
        id: &EnvironmentId,
        fields: &GatewayInput,
    ) -> Result<(Gateway, bool), RegistryError> {
        let rules = route_rules(&fields.rules)?;
        let mut edited = gateway(write.connection(), id).await?;
        let before = edited.row.clone();
        edited.row.preserve_host = fields.preserve_host;
        edited.row.allow_preflight = fields.allow_preflight;
        edited.row.sample_upstream = fields.sample_upstream;
        edited.row.rules = rules;
        if edited.row == before {
            return Ok((edited, false));
        }
        write.set_gateway(&edited.row).await?;
        let entry = AuditEntry::new(Action::GatewayEdited)
            .project(&edited.environment.project_id)
            .environment(id)
            .with("preserve_host", edited.row.preserve_host)
            .with("allow_preflight", edited.row.allow_preflight)
            .with("sample_upstream", edited.row.sample_upstream)
            .with("rules", edited.row.rules.to_string());
        write.record(self.now(), entry).await?;
        Ok((edited, true))
    }
}
