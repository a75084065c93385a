//! `gateway rules`: lists, adds, removes, and tests route rules.

use keystile_policy::{Access, RequestFacts, RouteRule, RouteRules};
use keystile_registry::{Registry, RouteRuleInput};
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
    input
        .rules
        .extend(edits.add.iter().map(RouteRuleInput::from));
    if input != before {
        gateway = registry
            .edit_gateway(&gateway.environment.id, &input, None)
            .await?;
    }
    list(gateway.rules(), report);
    Ok(())
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
