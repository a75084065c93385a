//! `gateway rules`: lists, adds, removes, and tests route rules.

use keystile_policy::{Access, RequestFacts, RouteRule, RouteRules};
use keystile_registry::{Registry, RegistryError, RouteRuleInput};
use serde_json::{Value, json};

use super::gateway::{current_input, find};
use crate::arguments::{RouteRuleEdits, TestedRequest};
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::Report;

pub(crate) async fn run(
    registry: &Registry,
    reference: &str,
    edits: RouteRuleEdits,
    report: &Report,
) -> Result<(), CliError> {
    let mut gateway = find(registry, reference).await?;
    if let Some(request) = edits.test {
        return test(gateway.rules(), &request, report);
    }
    let mut input = current_input(&gateway);
    let before = input.clone();
    if edits.clear {
        input.rules.clear();
    }
    if let Some(position) = edits.remove {
        if !(1..=input.rules.len()).contains(&position) {
            let list = format!("gateway rules --env {}", hint::quoted(reference));
            return Err(CliError::not_found(
                "Rule",
                &position.to_string(),
                format!("List rules: {}", hint::command(&list)),
            ));
        }
        input.rules.remove(position - 1);
    }
    let kept = input.rules.len();
    input
        .rules
        .extend(edits.add.iter().map(RouteRuleInput::from));
    if input != before {
        gateway = registry
            .edit_gateway(&gateway.environment.id, &input, None)
            .await
            .map_err(|error| match error {
                RegistryError::DuplicateRouteRule { first, .. } if first < kept => {
                    // Nothing was changed, so a removed rule before it still counts.
                    let is_before = |removed: usize| removed <= first + 1;
                    let shift = usize::from(edits.remove.is_some_and(is_before));
                    duplicate(reference, first + 1 + shift)
                }
                error => error.into(),
            })?;
    }
    list(gateway.rules(), report);
    Ok(())
}

/// Describes an added rule that has the method and path of the rule at this position.
fn duplicate(reference: &str, position: usize) -> CliError {
    let remove = format!(
        "gateway rules --env {} --remove {position}",
        hint::quoted(reference)
    );
    CliError::new(
        "duplicate_route_rule",
        format!("Rule {position} already has this method and path. No rule was changed."),
        format!("Remove it first: {}", hint::command(&remove)),
    )
}

fn list(rules: &RouteRules, report: &Report) {
    let row = |(index, rule): (usize, &RouteRule)| {
        vec![
            (index + 1).to_string().into(),
            rule.method().unwrap_or("*").into(),
            rule.path().into(),
            rule.access().to_string().into(),
        ]
    };
    let rules = rules.as_slice();
    report.list(
        &["POSITION", "METHOD", "PATH", "ACCESS"],
        rules.iter().enumerate().map(row).collect(),
        json::rules(rules),
    );
    if rules.is_empty() {
        report.note(
            "No rules. GET, HEAD, and OPTIONS require read access; other methods require write access.",
        );
    }
}

fn test(rules: &RouteRules, request: &TestedRequest, report: &Report) -> Result<(), CliError> {
    let TestedRequest { method, target } = request;
    let facts = RequestFacts::parse(method, target).map_err(|_| {
        CliError::new(
            "invalid_request",
            "Invalid request.",
            "Use a method and a path: --test \"POST /search\".",
        )
    })?;
    let required = rules.required_access(&facts);
    let access = match required.access {
        Access::Open => "no key".to_owned(),
        Access::Key(permission) => format!("{permission} access"),
    };
    let rule = required
        .rule()
        .and_then(|index| Some((index + 1, rules.as_slice().get(index)?)));
    let reason = match rule {
        Some((position, rule)) => format!("rule {position}, {rule}"),
        None => required.reason.to_string(),
    };
    let value: Value = json!({
        "method": method,
        "target": target,
        "access": required.access.as_str(),
        "rule": rule.map(|(position, _)| position),
        "reason": reason,
    });
    report.result(
        &format!("{method} {target} requires {access} ({reason})"),
        &value,
    );
    Ok(())
}
