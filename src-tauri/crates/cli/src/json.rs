//! Rows as JSON.

use keystile_keys::Timestamp;
use keystile_policy::RouteRule;
use keystile_registry::{Gateway, GatewayProcess};
use keystile_store::{EnvironmentRow, KeyRow, KeyUsage, ProjectRow};
use serde_json::{Value, json};

pub(crate) fn project(project: &ProjectRow) -> Value {
    json!({
        "id": project.id.as_str(),
        "name": project.name,
        "environments": project.environments,
        "active_keys": project.active_keys,
        "created_at": project.created_at.to_rfc3339(),
    })
}

pub(crate) fn environment(environment: &EnvironmentRow) -> Value {
    json!({
        "id": environment.id.as_str(),
        "project": environment.project_name,
        "name": environment.name,
        "stage": environment.stage.as_str(),
        "prefix": environment.prefix.as_str(),
        "endpoint": environment.endpoint,
        "key_location": environment.key_location.to_string(),
        "default_days": environment.default_days,
        "max_days": environment.max_days,
        "active": environment.activated_at.is_some(),
        "active_keys": environment.active_keys,
        "created_at": environment.created_at.to_rfc3339(),
    })
}

pub(crate) fn key(key: &KeyRow) -> Value {
    let permissions = key.permissions.as_slice().iter();
    let permissions: Vec<_> = permissions.map(|permission| permission.as_str()).collect();
    json!({
        "id": key.id.as_str(),
        "project": key.project_name,
        "environment": key.environment_name,
        "name": key.name,
        "permissions": permissions,
        "state": key.state.as_str(),
        "disabled_until": key.disabled_until.map(Timestamp::to_rfc3339),
        "owner": key.owner,
        "note": key.note,
        "tags": key.tags,
        "created_at": key.created_at.to_rfc3339(),
        "expires_at": key.expires_at.map(Timestamp::to_rfc3339),
        "old_secret_ends_at": key.old_secret_ends_at.map(Timestamp::to_rfc3339),
        "ended_at": key.ended_at.map(Timestamp::to_rfc3339),
        "revoke_reason": key.revocation.as_ref().map(|revocation| revocation.reason.as_str()),
        "revoke_note": key.revocation.as_ref().map(|revocation| revocation.note.as_str()),
    })
}

/// Splits tags at commas. Empty ones are left out.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    let tags = text.split(',').map(str::trim);
    tags.filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the permissions of a key as text.
pub(crate) fn permissions(key: &KeyRow) -> String {
    key.permissions.scope().replace(' ', ", ")
}

/// Returns a key with its usage.
pub(crate) fn used_key(row: &KeyRow, usage: Option<&KeyUsage>) -> Value {
    let mut value = key(row);
    value["last_used_at"] = json!(last_used_at(usage).map(Timestamp::to_rfc3339));
    value["allowed"] = json!(usage.map_or(0, |usage| usage.allowed));
    value["denied"] = json!(usage.map_or(0, |usage| usage.denied));
    value
}

/// Returns the time of the last request that was allowed with a key.
pub(crate) fn last_used_at(usage: Option<&KeyUsage>) -> Option<Timestamp> {
    Some(usage?.last.as_ref()?.at)
}

/// Returns the URL of a gateway that has a port.
pub(crate) fn gateway_url(gateway: &Gateway) -> Option<String> {
    Some(format!("http://127.0.0.1:{}", gateway.row.port?))
}

pub(crate) fn gateway(gateway: &Gateway) -> Value {
    json!({
        "environment_id": gateway.environment.id.as_str(),
        "project": gateway.environment.project_name,
        "environment": gateway.environment.name,
        "url": gateway_url(gateway),
        "endpoint": gateway.environment.endpoint,
        "sample": gateway.row.sample_upstream,
        "host_header": if gateway.row.preserve_host { "client" } else { "upstream" },
        "sunset_header": if gateway.row.sunset_header { "send" } else { "omit" },
        "preflight": if gateway.row.allow_preflight { "allow" } else { "deny" },
        "rules": rules(gateway.rules().as_slice()),
    })
}

/// Returns a gateway and the processes that run it. The address of one on a Unix socket is null.
pub(crate) fn running_gateway(row: &Gateway, running: &[&GatewayProcess]) -> Value {
    let process = |process: &&GatewayProcess| {
        json!({
            "pid": process.pid,
            "address": process.address.map(|address| address.to_string()),
        })
    };
    let mut value = gateway(row);
    value["running"] = running.iter().map(process).collect();
    value
}

/// Returns the rules with their positions, counted from 1.
pub(crate) fn rules(rules: &[RouteRule]) -> Vec<Value> {
    let value = |(index, rule): (usize, &RouteRule)| {
        json!({
            "position": index + 1,
            "method": rule.method(),
            "path": rule.path(),
            "access": rule.access().as_str(),
        })
    };
    rules.iter().enumerate().map(value).collect()
}
