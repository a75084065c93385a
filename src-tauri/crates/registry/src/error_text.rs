//! Sentences of errors that depend on their cause.

use keystile_keys::State;
use keystile_policy::{KeyLocationError, RouteRuleError};
use keystile_store::StoreError;
use miette::Diagnostic;

use crate::field::Field;

/// Returns what to do about the store, then about the key.
pub(crate) fn copy_again_help(error: &StoreError) -> String {
    let help = error
        .help()
        .map_or_else(String::new, |help| format!("{help} "));
    format!("{help}Then press Copy again.")
}

pub(crate) fn key_location_message(error: KeyLocationError) -> &'static str {
    match error {
        KeyLocationError::Unknown => "Unknown key location.",
        KeyLocationError::HeaderName => "Invalid header name.",
        KeyLocationError::ReservedHeader => "This header is reserved for another purpose.",
    }
}

pub(crate) fn key_location_help(error: KeyLocationError) -> &'static str {
    match error {
        KeyLocationError::Unknown => "Choose one of the locations shown.",
        KeyLocationError::HeaderName => "Use letters, digits, and hyphens, for example X-Acme-Key.",
        KeyLocationError::ReservedHeader => "Use a header such as X-Acme-Key.",
    }
}

pub(crate) fn port_help(suggestion: Option<u16>) -> String {
    match suggestion {
        Some(port) => format!("Use another port, such as {port}."),
        None => "Use another port.".to_owned(),
    }
}

pub(crate) fn route_rule_help(error: RouteRuleError) -> &'static str {
    match error {
        RouteRuleError::TooMany => "Remove a rule before you add another.",
        _ => "Fix or remove this rule. No rule was changed.",
    }
}

pub(crate) fn state_help(state: State) -> &'static str {
    match state {
        State::Pending => "Copy it first.",
        State::Active => "Disable or revoke it.",
        State::Disabled => "Enable it first.",
        _ => "Create a new key.",
    }
}

pub(crate) fn state_message(state: State) -> &'static str {
    match state {
        State::Pending => "has not been copied yet",
        State::Active => "is active",
        State::Disabled => "is disabled",
        State::Revoked => "has been revoked",
        State::Expired => "has expired",
        State::Unclaimed => "was revoked because it was never copied",
        State::Discarded => "has been discarded",
    }
}

/// Returns the beginning and the end of “A key named … already exists in this environment”.
pub(crate) fn taken(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::EnvironmentName => ("An environment", " in this project"),
        Field::KeyName => ("A key", " in this environment"),
        _ => ("A project", ""),
    }
}
