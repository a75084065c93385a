//! An environment's route rules: print them with their places, add, remove, clear; or say what a request needs by them.

use keystile_policy::{Access, RequestFacts, RouteRule, RouteRules};
use keystile_registry::{Registry, RouteRuleInput};
use serde_json::{Value, json};

use super::gateway::{fields, find};
use crate::arguments::{RequestWords, RouteRuleEdits};
use crate::failure::Failure;
use crate::hint;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    reference: &str,
    edits: RouteRuleEdits,
    report: &Report,
) -> Result<(), Failure> {
    let mut gateway = find(registry, reference).await?;
    if let Some(request) = edits.test {
        return test(gateway.rules(), &request, report);
    }
    let mut fields = fields(&gateway);
    let before = fields.clone();
    if edits.clear {
        fields.rules.clear();
    }
    if let Some(place) = edits.remove {
        if !(1..=fields.rules.len()).contains(&place) {
            return Err(Failure::not_found(
                "rule",
                &place.to_string(),
                &format!(
                    "`{}` shows them with their places.",
                    hint::command(&format!("gateway rules --env {}", hint::quoted(reference)))
                ),
            ));
        }
        fields.rules.remove(place - 1);
    }
    fields
        .rules
        .extend(edits.add.iter().map(RouteRuleInput::from));
    if fields != before {
        gateway = registry
            .edit_gateway(&gateway.environment.id, &fields)
            .await?;
    }
    list(gateway.rules(), report);
    Ok(())
}

fn list(rules: &RouteRules, report: &Report) {
    let row = |(place, rule): (usize, &RouteRule)| {
        vec![
            (place + 1).to_string(),
            rule.method().unwrap_or("*").to_owned(),
            rule.path().to_owned(),
            rule.access().to_string(),
        ]
    };
    let rules = rules.as_slice();
    report.list(
        &["PLACE", "METHOD", "PATH", "NEEDS"],
        &rules.iter().enumerate().map(row).collect::<Vec<_>>(),
        report::rules(rules),
    );
    if rules.is_empty() {
        report.say("There are none, so the method decides: GET, HEAD and OPTIONS need read, all others write.");
    }
}

fn test(rules: &RouteRules, request: &RequestWords, report: &Report) -> Result<(), Failure> {
    let RequestWords { method, target } = request;
    let facts = RequestFacts::parse(method, target).map_err(|_| {
        Failure::new(
            "request_form",
            "Invalid request.",
            "Write it as in --test \"POST /search\".",
        )
    })?;
    let required = rules.required_access(&facts);
    let access = match required.access {
        Access::Open => "no key".to_owned(),
        Access::Key(permission) => permission.to_string(),
    };
    let rule = required
        .rule()
        .and_then(|index| Some((index + 1, rules.as_slice().get(index)?)));
    let reason = match rule {
        Some((place, rule)) => format!("rule {place}, {rule}"),
        None => required.reason.to_string(),
    };
    let value: Value = json!({
        "method": method,
        "target": target,
        "access": required.access.as_str(),
        "rule": rule.map(|(place, _)| place),
        "reason": reason,
    });
    report.result(
        &format!("{method} {target} requires {access} ({reason})"),
        &value,
    );
    Ok(())
}
