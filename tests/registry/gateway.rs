//! Stored gateways: configuration, port, and restart offer.

use keystile_keys::{EnvironmentId, Permission};
use keystile_policy::Access;
use keystile_registry::{
    EnvironmentChanges, Gateway, GatewayInput, RegistryError, RouteRuleInput, UpstreamKind,
};
use keystile_tests::diagnostic::error_code;

use crate::fixture::{TestApp, result_code};

fn rule(method: Option<&str>, path: &str, access: Access) -> RouteRuleInput {
    RouteRuleInput {
        method: method.map(str::to_owned),
        path: path.to_owned(),
        access,
    }
}

fn edited(rules: Vec<RouteRuleInput>) -> GatewayInput {
    GatewayInput {
        preserve_host: Some(false),
        allow_preflight: Some(true),
        sunset_header: Some(false),
        sample_upstream: Some(true),
        rules: Some(rules),
        known_rules: None,
    }
}

#[tokio::test]
async fn rules_that_another_program_changed_meanwhile_are_kept() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let read = vec![rule(Some("POST"), "/search", Access::Key(Permission::Read))];
    let edit = async |rules: &[RouteRuleInput], known: &[RouteRuleInput]| {
        let input = GatewayInput {
            rules: Some(rules.to_vec()),
            known_rules: Some(known.to_vec()),
            ..GatewayInput::default()
        };
        app.registry.edit_gateway(&environment, &input, None).await
    };
    edit(&read, &[]).await.expect("an edit");
    let late = [rule(None, "/health", Access::Open)];
    let refused = edit(&late, &[]).await;
    assert_eq!(result_code(refused), "route_rules_changed");
    let stored = app.registry.show_gateway(&environment).await;
    assert_eq!(stored.expect("a gateway").rules().as_slice().len(), 1);
    edit(&late, &read)
        .await
        .expect("made from the stored rules");
}

async fn set_port(
    app: &TestApp,
    environment: &EnvironmentId,
    port: u16,
) -> Result<Gateway, RegistryError> {
    let input = edited(Vec::new());
    app.registry
        .edit_gateway(environment, &input, Some(port))
        .await
}

#[tokio::test]
async fn default_gateway_requires_a_key_for_everything() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let gateway = app
        .registry
        .show_gateway(&environment)
        .await
        .expect("every environment has a gateway");
    assert!(
        !gateway.row.allow_preflight && gateway.rules().as_slice().is_empty(),
        "the default must deny"
    );
    assert_eq!(
        gateway.row.port, None,
        "a port is chosen at the first start"
    );
    assert_eq!(
        gateway.upstream_kind(),
        UpstreamKind::Nothing,
        "it has no endpoint yet"
    );
    let nowhere: EnvironmentId = "0123456789ab".parse().expect("an id");
    assert_eq!(
        result_code(app.registry.show_gateway(&nowhere).await),
        "not_found",
        "a deleted environment has no gateway"
    );
}

#[tokio::test]
async fn gateway_edit_is_stored_in_order_and_recorded_once() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let read = Access::Key(Permission::Read);
    let rules = vec![
        rule(Some("POST"), " /search ", read),
        rule(None, "/health", Access::Open),
    ];
    for _ in 0..2 {
        app.registry
            .edit_gateway(&environment, &edited(rules.clone()), None)
            .await
            .expect("edited");
    }
    let other = app.second_instance().await;
    let gateway = other
        .registry
        .show_gateway(&environment)
        .await
        .expect("stored");
    assert_eq!(
        gateway.rules().to_string(),
        "POST /search read\n* /health open",
        "the first match wins, so the order must be kept"
    );
    assert!(!gateway.row.preserve_host && gateway.row.allow_preflight);
    assert_eq!(
        app.count_audit("gateway.edited").await,
        1,
        "an unchanged gateway must not be recorded"
    );
}

#[tokio::test]
async fn invalid_rule_is_reported_by_index_and_nothing_is_stored() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let rules = vec![
        rule(None, "/health", Access::Open),
        rule(None, "health", Access::Open),
    ];
    let error = app
        .registry
        .edit_gateway(&environment, &edited(rules), None)
        .await
        .expect_err("a path begins with /");
    assert_eq!(error_code(&error), "invalid_route_rule");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("rules.1"),
        "the form shows the error at the rule"
    );
    let gateway = app.registry.show_gateway(&environment).await;
    assert!(
        gateway.expect("stored").rules().as_slice().is_empty(),
        "an invalid list must not be stored partially"
    );
}

#[tokio::test]
async fn duplicate_rule_is_reported_by_index_and_nothing_is_stored() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let read = Access::Key(Permission::Read);
    let distinct = vec![
        rule(Some("POST"), "/search", read),
        rule(Some("PUT"), "/search", read),
        rule(None, "/search", read),
        rule(Some("POST"), "/Search", read),
    ];
    app.registry
        .edit_gateway(&environment, &edited(distinct.clone()), None)
        .await
        .expect("rules that differ in method or path");
    for access in [read, Access::Open] {
        let mut rules = distinct.clone();
        rules.push(rule(Some("PUT"), " /search", access));
        let error = app
            .registry
            .edit_gateway(&environment, &edited(rules), None)
            .await
            .expect_err("the first of the two rules always applies");
        assert_eq!(error_code(&error), "duplicate_route_rule");
        assert_eq!(
            (
                error.to_string().as_str(),
                error.field().map(|field| field.name()).as_deref()
            ),
            (
                "Rule 5 never applies: rule 2 has the same method and path.",
                Some("rules.4")
            ),
            "the form shows the error at the rule"
        );
    }
    let gateway = app.registry.show_gateway(&environment).await;
    assert_eq!(
        gateway.expect("stored").rules().as_slice().len(),
        distinct.len(),
        "a list with a duplicate must not be stored partially"
    );
}

#[tokio::test]
async fn endpoint_takes_precedence_over_sample_api() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let gateway = app
        .registry
        .edit_gateway(&environment, &edited(Vec::new()), None)
        .await
        .expect("edited");
    assert_eq!(gateway.upstream_kind(), UpstreamKind::Sample);
    let changes = EnvironmentChanges {
        endpoint: Some(Some("http://localhost:8000".to_owned())),
        ..EnvironmentChanges::default()
    };
    app.registry
        .edit_environment(&environment, &changes)
        .await
        .expect("edited");
    let gateway = app.registry.show_gateway(&environment).await;
    assert_eq!(
        gateway.expect("stored").upstream_kind(),
        UpstreamKind::Endpoint("http://localhost:8000"),
        "an endpoint takes precedence"
    );
}

#[tokio::test]
async fn gateway_keeps_port_and_is_restorable_until_stopped() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let registry = &app.registry;
    registry
        .mark_gateway_started(&environment, 7420, true)
        .await
        .expect("stored");
    // The terminal runs it meanwhile, and offers nothing.
    registry
        .mark_gateway_started(&environment, 7421, false)
        .await
        .expect("stored");
    let offered = registry.list_gateways().await.expect("gateways");
    assert_eq!(
        offered
            .iter()
            .map(|gateway| (gateway.row.port, gateway.row.autostart))
            .collect::<Vec<_>>(),
        [(Some(7421), true)],
        "the window started it last"
    );
    let stopped = registry.mark_gateway_stopped(&environment).await;
    let stopped = stopped.expect("stored").row;
    assert_eq!(
        (stopped.port, stopped.autostart),
        (Some(7421), false),
        "the port is kept but the gateway is not restorable"
    );
    for (action, times) in [
        ("gateway.started", 1),
        ("gateway.port_set", 1),
        ("gateway.stopped", 1),
    ] {
        assert_eq!(app.count_audit(action).await, times, "{action} is recorded");
    }
    app.registry
        .delete_environment(&environment, None)
        .await
        .expect("deleted");
    assert!(
        registry.list_gateways().await.expect("gateways").is_empty(),
        "a deleted environment keeps no port"
    );
}

#[tokio::test]
async fn set_port_does_not_make_gateway_restorable() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for _ in 0..2 {
        let row = set_port(&app, &environment, 7999)
            .await
            .expect("stored")
            .row;
        assert_eq!(
            (row.port, row.autostart),
            (Some(7999), false),
            "the gateway was not started"
        );
    }
    assert_eq!(
        app.count_audit("gateway.port_set").await,
        1,
        "the same port is not a change"
    );
}

#[tokio::test]
async fn port_of_another_gateway_is_refused_until_its_environment_is_deleted() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let other = app
        .create_environment("production", keystile_keys::Stage::Production)
        .await;
    let registry = &app.registry;
    set_port(&app, &other, 7999).await.expect("stored");
    let before = registry
        .show_gateway(&environment)
        .await
        .expect("a gateway");
    for result in [
        set_port(&app, &environment, 7999).await,
        registry
            .check_gateway_port(&environment, 7999)
            .await
            .map(|()| before.clone()),
        registry
            .mark_gateway_started(&environment, 7999, true)
            .await,
    ] {
        let error = result.expect_err("the port of another gateway");
        let RegistryError::PortTaken {
            port,
            environment,
            suggestion,
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!(
            (*port, environment.as_str(), error_code(&error).as_str()),
            (7999, "production's project/production", "port_taken")
        );
        assert!(
            suggestion.is_some_and(|free| free > 7999),
            "a free port must be suggested: {suggestion:?}"
        );
    }
    let gateway = registry
        .show_gateway(&environment)
        .await
        .expect("a gateway");
    assert_eq!(gateway.row, before.row, "nothing must be stored");
    registry
        .delete_environment(&other, None)
        .await
        .expect("deleted");
    set_port(&app, &environment, 7999)
        .await
        .expect("the port is free again");
}

#[tokio::test]
async fn edit_with_a_port_stores_both_or_neither() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let invalid = edited(vec![rule(None, "no-slash", Access::Open)]);
    let failed = app
        .registry
        .edit_gateway(&environment, &invalid, Some(7999))
        .await;
    assert_eq!(result_code(failed), "invalid_route_rule");
    let shown = app.registry.show_gateway(&environment).await;
    assert_eq!(
        shown.expect("a gateway").row.port,
        None,
        "the port belongs to the same edit as the invalid rule"
    );
    let valid = edited(vec![rule(None, "/public", Access::Open)]);
    let row = app
        .registry
        .edit_gateway(&environment, &valid, Some(7999))
        .await
        .expect("stored")
        .row;
    assert_eq!(
        (row.port, row.rules.as_slice().len()),
        (Some(7999), 1),
        "the result has both"
    );
    let shown = app.registry.show_gateway(&environment).await;
    assert_eq!(shown.expect("a gateway").row, row, "both are stored");
}
