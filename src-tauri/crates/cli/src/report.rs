//! What is written, and where: results to standard output, words about them and failures to standard error; as text, or
//! with `--json` as one JSON value. It holds no plain key; that is written by `key_sink` alone.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::OnceLock;

use keystile_keys::Timestamp;
use keystile_policy::RouteRule;
use keystile_registry::{Gateway, RegistryError};
use keystile_store::{EnvironmentRow, KeyRow, KeyUsage, ProjectRow};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::failure::Failure;

pub(crate) struct Report {
    json: bool,
    /// The first write to standard output that failed. Nothing is written after it.
    failed: OnceLock<io::Error>,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            failed: OnceLock::new(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One result: a line of text, or the value.
    pub(crate) fn result(&self, text: &str, value: &Value) {
        if self.json {
            self.line(&format!("{value:#}"));
        } else if !text.is_empty() {
            self.line(text);
        }
    }

    /// A list: columns as wide as their widest entry.
    pub(crate) fn list(&self, head: &[&str], rows: &[Vec<String>], values: Vec<Value>) {
        if self.json {
            return self.line(&format!("{:#}", Value::Array(values)));
        }
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].width());
            cells.chain([head[column].width()]).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..head.len()).map(width).collect();
        let line = |cells: &[String]| {
            let padded: Vec<_> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| {
                    // Counted in columns of a terminal: a wide character takes two.
                    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
                })
                .collect();
            self.line(padded.join("  ").trim_end());
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
        if self.failed.get().is_none()
            && let Err(cause) = writeln!(io::stdout(), "{text}").and_then(|()| io::stdout().flush())
        {
            let _first = self.failed.set(cause);
        }
    }

    /// Whether everything was written to standard output.
    ///
    /// # Errors
    /// `output_failed`, with the first write that failed.
    pub(crate) fn written(&self) -> Result<(), Failure> {
        self.failed
            .get()
            .map_or(Ok(()), |cause| Err(not_written(cause)))
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

/// A warning on standard error, whatever the form of results.
pub(crate) fn warn(line: &str) {
    say(line);
}

fn say(line: &str) {
    let _gone = writeln!(io::stderr(), "{line}");
}

/// Standard output did not take a result.
pub(crate) fn not_written(cause: &io::Error) -> Failure {
    Failure::new(
        "output_failed",
        format!(
            "Standard output did not take everything: {}.",
            reason(cause)
        ),
        "What was written is not complete.",
    )
}

/// What the system said, without its number.
pub(crate) fn reason(cause: &io::Error) -> String {
    let text = cause.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Formats a time to the second, or `never`.
pub(crate) fn last(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.round_to_secs().to_string())
}

pub(crate) fn project(project: &ProjectRow) -> Value {
    json!({
        "id": project.id.as_str(),
        "name": project.name,
        "environments": project.environments,
        "live_keys": project.live_keys,
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
        "active": environment.activated_at.is_some(),
        "live_keys": environment.live_keys,
        "created_at": environment.created_at.to_rfc3339(),
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
        "created_at": key.created_at.to_rfc3339(),
        "expires_at": key.expires_at.map(Timestamp::to_rfc3339),
        "ended_at": key.ended_at.map(Timestamp::to_rfc3339),
    })
}

/// A key with how it was used, if it was.
pub(crate) fn used_key(row: &KeyRow, usage: Option<&KeyUsage>) -> Value {
    let mut value = key(row);
    value["last_used_at"] = json!(last_use(usage).map(Timestamp::to_rfc3339));
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
        "sample": gateway.row.sample_upstream,
        "preserve_host": gateway.row.preserve_host,
        "allow_preflight": gateway.row.allow_preflight,
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
