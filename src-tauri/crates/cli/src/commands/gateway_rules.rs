//! `gateway rules`: lists, adds, removes, and tests route rules.

use keystile_policy::{Access, RequestFacts, RouteRule, RouteRules, UnusedRule};
use keystile_registry::{GatewayInput, Registry, RegistryError, RouteRuleInput};
use serde_json::{Value, json};

use super::gateway::find;
use crate::arguments::{RouteRuleEdits, TestedRequest};
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::{Report, warn};

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
    let stored = gateway.rules().as_slice().iter();
    let before: Vec<_> = stored.map(RouteRuleInput::from).collect();
    let not_found = |position: usize| {
        let list = format!("gateway rules --env {}", hint::quoted(reference));
        let advice = format!("List rules: {}", hint::command(&list));
        CliError::not_found("Rule", &position.to_string(), advice)
    };
    // The rules and the positions that they have now; an added rule has none.
    let mut rules: Vec<(RouteRuleInput, Option<usize>)> = Vec::new();
    if !edits.clear {
        let positions = (1..).map(Some);
        rules.extend(before.iter().cloned().zip(positions));
    }
    if let Some(position) = edits.remove {
        if position > rules.len() {
            return Err(not_found(position));
        }
        rules.remove(position - 1);
    }
    let index = edits.at.map_or(rules.len(), |position| position - 1);
    if index > rules.len() {
        return Err(not_found(index + 1));
    }
    let added = edits.add.iter().map(|rule| (rule.into(), None));
    rules.splice(index..index, added);
    let positions: Vec<_> = rules.iter().map(|(_, position)| *position).collect();
    let rules: Vec<_> = rules.into_iter().map(|(rule, _)| rule).collect();
    if rules != before {
        let input = GatewayInput {
            rules: Some(rules),
            known_rules: Some(before),
            ..GatewayInput::default()
        };
        gateway = registry
            .edit_gateway(&gateway.environment.id, &input, None)
            .await
            .map_err(|error| match error {
                RegistryError::DuplicateRouteRule { index, first } => {
                    match positions[first].or(positions[index]) {
                        Some(position) => duplicate(reference, position),
                        None => error.into(),
                    }
                }
                error => error.into(),
            })?;
    }
    list(gateway.rules(), report);
    for UnusedRule { index, covered_by } in gateway.rules().unused() {
        let (rule, earlier) = (index + 1, covered_by + 1);
        warn(&format!(
            "Rule {rule} is never used: rule {earlier} matches all of it."
        ));
    }
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
