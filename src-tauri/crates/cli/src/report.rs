//! What is written, and where: results to standard output, words about them and failures to standard error; as text, or
//! with `--json` as one JSON value. It holds no plain key; that is written by `print_key` alone.

use std::collections::HashMap;
use std::io::Write;

use keystile_keys::Timestamp;
use keystile_policy::RouteRule;
use keystile_registry::{Gateway, RegistryError};
use keystile_store::{EnvironmentRow, KeyRow, KeyUsage, ProjectRow};
use serde_json::{Value, json};

use crate::failure::Failure;

pub(crate) struct Report {
    json: bool,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One result: a line of text, or the value.
    pub(crate) fn result(&self, text: &str, value: &Value) {
        if self.json {
            out(&format!("{value:#}"));
        } else if !text.is_empty() {
            out(text);
        }
    }

    /// A list: columns as wide as their widest entry.
    pub(crate) fn list(&self, head: &[&str], rows: &[Vec<String>], values: Vec<Value>) {
        if self.json {
            return out(&format!("{:#}", Value::Array(values)));
        }
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([head[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..head.len()).map(width).collect();
        let line = |cells: &[String]| {
            let padded: Vec<_> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            out(padded.join("  ").trim_end());
        };
        line(
            &head
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        );
        rows.iter().for_each(|row| line(row));
    }

    /// A line of a result that goes on, as it is.
    pub(crate) fn line(&self, text: &str) {
        out(text);
    }

    /// A word for the person, never part of the result.
    pub(crate) fn say(&self, text: &str) {
        if !self.json {
            say(text);
        }
    }

    /// What is known of use. A usage file that cannot be read is said on standard error, also beside JSON: the figures would
    /// look like those of keys that nobody uses.
    pub(crate) fn usage<K, V>(&self, usage: Result<HashMap<K, V>, RegistryError>) -> HashMap<K, V> {
        usage.unwrap_or_else(|error| {
            say(&format!("{error} {}", error.advice()));
            HashMap::new()
        })
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        let Failure {
            code,
            message,
            advice,
        } = failure;
        if self.json {
            say(&json!({"code": code, "message": message, "advice": advice}).to_string());
        } else if advice.is_empty() {
            say(message);
        } else {
            say(&format!("{message}\n{advice}"));
        }
    }
}

/// A reader that went away has what it wanted.
fn out(line: &str) {
    let _gone = writeln!(std::io::stdout(), "{line}");
}

fn say(line: &str) {
    let _gone = writeln!(std::io::stderr(), "{line}");
}

/// As RFC 3339 in UTC; null for a moment that no calendar has.
pub(crate) fn moment(at: Timestamp) -> Option<String> {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .ok()
        .map(|at| at.to_string())
}

/// As a person reads it in a list: to the second.
pub(crate) fn last(at: Option<Timestamp>) -> String {
    let second = at.map(|at| Timestamp::from_millis(at.as_millis() / 1_000 * 1_000));
    second
        .and_then(moment)
        .unwrap_or_else(|| "never".to_owned())
}

pub(crate) fn project(project: &ProjectRow) -> Value {
    json!({
        "id": project.id.as_str(),
        "name": project.name,
        "environments": project.environments,
        "live_keys": project.live_keys,
        "created_at": moment(project.created_at),
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
        "active": environment.activated_at.is_some(),
        "live_keys": environment.live_keys,
        "created_at": moment(environment.created_at),
    })
}

pub(crate) fn key(key: &KeyRow) -> Value {
    let permissions: Vec<_> = key
        .permissions
        .as_slice()
        .iter()
        .map(|one| one.as_str())
        .collect();
    json!({
        "id": key.id.as_str(),
        "project": key.project_name,
        "environment": key.environment_name,
        "name": key.name,
        "permissions": permissions,
        "state": key.state.as_str(),
        "created_at": moment(key.created_at),
        "expires_at": key.expires_at.map(moment),
        "ended_at": key.ended_at.map(moment),
    })
}

/// A key with how it was used, if it was.
pub(crate) fn used_key(row: &KeyRow, usage: Option<&KeyUsage>) -> Value {
    let mut value = key(row);
    value["last_used_at"] = json!(last_use(usage).map(moment));
    value["accepted"] = json!(usage.map_or(0, |usage| usage.accepted));
    value["refused"] = json!(usage.map_or(0, |usage| usage.refused));
    value
}

/// When a key let a request pass for the last time.
pub(crate) fn last_use(usage: Option<&KeyUsage>) -> Option<Timestamp> {
    Some(usage?.last.as_ref()?.at)
}

/// Where callers find a gateway, once it has a port.
pub(crate) fn address(gateway: &Gateway) -> Option<String> {
    Some(format!("http://127.0.0.1:{}", gateway.row.port?))
}

pub(crate) fn gateway(gateway: &Gateway) -> Value {
    json!({
        "environment_id": gateway.environment.id.as_str(),
        "project": gateway.environment.project_name,
        "environment": gateway.environment.name,
        "address": address(gateway),
        "endpoint": gateway.environment.endpoint,
        "sample": gateway.row.uses_sample,
        "preserve_host": gateway.row.preserve_host,
        "passes_preflights": gateway.row.passes_preflights,
        "rules": rules(gateway.rules().as_slice()),
    })
}

/// With their places, from 1.
pub(crate) fn rules(rules: &[RouteRule]) -> Vec<Value> {
    let value = |(place, rule): (usize, &RouteRule)| {
        json!({
            "place": place + 1,
            "method": rule.method(),
            "path": rule.path(),
            "need": rule.access().as_str(),
        })
    };
    rules.iter().enumerate().map(value).collect()
}
