//! Gateways, route rules, and decisions.

use std::net::SocketAddr;
use std::sync::Arc;

use keystile_gateway as gateway;
use keystile_gateway_control as control;
use keystile_guard as guard;
use keystile_policy as policy;
use keystile_policy::Access;
use keystile_registry as registry;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A route rule. `method: null` matches every method.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RouteRule {
    pub(crate) method: Option<String>,
    pub(crate) path: String,
    pub(crate) access: Access,
}

impl From<&policy::RouteRule> for RouteRule {
    fn from(rule: &policy::RouteRule) -> Self {
        Self {
            method: rule.method().map(str::to_owned),
            path: rule.path().to_owned(),
            access: rule.access(),
        }
    }
}

impl From<RouteRule> for registry::RouteRuleInput {
    fn from(rule: RouteRule) -> Self {
        Self {
            method: rule.method,
            path: rule.path,
            access: rule.access,
        }
    }
}

/// A rule that never applies, because an earlier one matches everything that it matches.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct UnusedRule {
    /// The index of the rule, from 0.
    #[ts(type = "number")]
    pub(crate) index: usize,
    /// The index of the earlier rule.
    #[ts(type = "number")]
    pub(crate) covered_by: usize,
}

impl From<policy::UnusedRule> for UnusedRule {
    fn from(unused: policy::UnusedRule) -> Self {
        Self {
            index: unused.index,
            covered_by: unused.covered_by,
        }
    }
}

/// Changes of a gateway. Omitted fields keep what is stored.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub(crate) struct GatewayChanges {
    pub(crate) preserve_host: Option<bool>,
    pub(crate) allow_preflight: Option<bool>,
    /// Whether responses tell their callers that their key expires soon.
    pub(crate) sunset_header: Option<bool>,
    /// Whether the sample API is the upstream while there is no endpoint.
    pub(crate) sample: Option<bool>,
    pub(crate) rules: Option<Vec<RouteRule>>,
    /// The rules from which `rules` were made: if others are stored now, nothing is changed.
    pub(crate) known_rules: Option<Vec<RouteRule>>,
}

impl From<GatewayChanges> for registry::GatewayInput {
    fn from(changes: GatewayChanges) -> Self {
        let inputs = |rules: Vec<RouteRule>| {
            let rules = rules.into_iter();
            rules.map(registry::RouteRuleInput::from).collect()
        };
        Self {
            preserve_host: changes.preserve_host,
            allow_preflight: changes.allow_preflight,
            sunset_header: changes.sunset_header,
            sample_upstream: changes.sample,
            rules: changes.rules.map(inputs),
            known_rules: changes.known_rules.map(inputs),
        }
    }
}

/// The access that a sample request requires.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RouteTest {
    pub(crate) access: Access,
    /// The index of the matching rule, from 0; null: none matched.
    pub(crate) rule: Option<u32>,
    /// Why, as the end of a sentence: `rule 1`, `default for its method`, `its path has dot segments`.
    pub(crate) reason: String,
}

impl RouteTest {
    /// Tests the rules; `None` if the request is invalid.
    pub(crate) fn new(rules: &policy::RouteRules, method: &str, target: &str) -> Option<Self> {
        let facts = policy::RequestFacts::parse(method, target).ok()?;
        let required = rules.required_access(&facts);
        Some(Self {
            access: required.access,
            rule: required.rule().and_then(|index| u32::try_from(index).ok()),
            reason: required.reason.to_string(),
        })
    }
}

/// The port of a gateway or of the HTTP service is taken.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct PortConflict {
    pub(crate) port: u16,
    /// The program that uses it, such as `node (pid 812)`, if it is known.
    pub(crate) owner: Option<String>,
    /// A free port, if one was found.
    pub(crate) suggestion: Option<u16>,
}

/// An environment's gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Gateway {
    pub(crate) environment_id: String,
    pub(crate) running: bool,
    /// Its address, such as `127.0.0.1:7420`. Null until its first start.
    pub(crate) address: Option<String>,
    /// The upstream; null if it is the sample API or not set.
    pub(crate) endpoint: Option<String>,
    /// Whether the sample API is the upstream.
    pub(crate) sample: bool,
    pub(crate) preserve_host: bool,
    pub(crate) allow_preflight: bool,
    pub(crate) sunset_header: bool,
    pub(crate) rules: Vec<RouteRule>,
    /// The rules that never apply.
    pub(crate) unused_rules: Vec<UnusedRule>,
    /// Set if the start failed because its port was taken.
    pub(crate) conflict: Option<PortConflict>,
}

impl Gateway {
    pub(crate) fn new(
        stored: registry::Gateway,
        running: Option<SocketAddr>,
        conflict: Option<PortConflict>,
    ) -> Self {
        let sample = stored.upstream_kind() == registry::UpstreamKind::Sample;
        let row = stored.row;
        Self {
            environment_id: row.environment_id.to_string(),
            running: running.is_some(),
            address: running
                .map(|address| address.to_string())
                .or(row.port.map(|port| format!("127.0.0.1:{port}"))),
            endpoint: stored.environment.endpoint,
            sample,
            preserve_host: row.preserve_host,
            allow_preflight: row.allow_preflight,
            sunset_header: row.sunset_header,
            rules: row.rules.as_slice().iter().map(RouteRule::from).collect(),
            unused_rules: row
                .rules
                .unused()
                .into_iter()
                .map(UnusedRule::from)
                .collect(),
            conflict,
        }
    }
}

/// A gateway that runs in this process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RunningGateway {
    pub(crate) environment_id: String,
    pub(crate) address: String,
}

impl From<&Arc<control::RunningGateway>> for RunningGateway {
    fn from(running: &Arc<control::RunningGateway>) -> Self {
        Self {
            environment_id: running.environment().id.to_string(),
            address: running.address().to_string(),
        }
    }
}

/// A gateway that ran when the program last ended.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RestorableGateway {
    pub(crate) environment_id: String,
    pub(crate) environment_name: String,
    pub(crate) project_id: String,
    pub(crate) project_name: String,
    pub(crate) address: String,
}

impl RestorableGateway {
    /// Converts a stored gateway; `None` if it never ran.
    pub(crate) fn new(stored: registry::Gateway) -> Option<Self> {
        let port = stored.row.port?;
        let environment = stored.environment;
        Some(Self {
            environment_id: environment.id.to_string(),
            environment_name: environment.name,
            project_id: environment.project_id.to_string(),
            project_name: environment.project_name,
            address: format!("127.0.0.1:{port}"),
        })
    }
}

/// A gateway's decision about a request.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Decision {
    /// Its id in the request log; null if it was not logged.
    #[ts(type = "number | null")]
    pub(crate) request_id: Option<i64>,
    #[ts(type = "number")]
    pub(crate) at: i64,
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) access: Access,
    pub(crate) key_id: Option<String>,
    pub(crate) key_name: Option<String>,
    pub(crate) allowed: bool,
    /// `allowed`, the deny reason, or the upstream error.
    #[ts(as = "guard::DecisionCode")]
    pub(crate) code: &'static str,
    /// The status of the response; 499 if the client closed the connection before it.
    pub(crate) status: u16,
    /// The time until the response began.
    pub(crate) milliseconds: f64,
}

impl Decision {
    pub(crate) fn new(decision: &gateway::Decision, request_id: Option<i64>) -> Self {
        Self {
            request_id,
            at: decision.time.as_millis(),
            method: decision.display_method(),
            path: decision.path.clone(),
            access: decision.access,
            key_id: decision.key.as_ref().map(|key| key.id.to_string()),
            key_name: decision.key.as_ref().map(|key| key.name.clone()),
            allowed: decision.outcome.is_allowed(),
            code: decision.outcome.code().as_str(),
            status: decision.status,
            milliseconds: decision.duration.as_secs_f64() * 1000.0,
        }
    }
}
