//! Gateways as they are stored: what they do, their port, and that the window ran them.

use keystile_keys::{EnvironmentId, Permission};
use keystile_policy::Access;
use keystile_registry::{GatewayInput, RouteRuleInput, UpstreamKind};

use crate::fixture::{TestApp, environment_input, error_code};

fn rule(method: Option<&str>, path: &str, access: Access) -> RouteRuleInput {
    RouteRuleInput {
        method: method.map(str::to_owned),
        path: path.to_owned(),
        access,
    }
}

fn edited(rules: Vec<RouteRuleInput>) -> GatewayInput {
    GatewayInput {
        preserve_host: false,
        allow_preflight: true,
        sample_upstream: true,
        rules,
    }
}

#[tokio::test]
async fn a_gateway_that_was_never_touched_lets_nothing_pass_unchecked() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let gateway = app
        .registry
        .show_gateway(&environment)
        .await
        .expect("every environment has one");
    assert!(
        !gateway.row.allow_preflight && gateway.rules().as_slice().is_empty(),
        "nothing is open that nobody opened"
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
        error_code(app.registry.show_gateway(&nowhere).await),
        "not_found",
        "an environment that is gone has no gateway either"
    );
}

#[tokio::test]
async fn what_was_edited_is_kept_in_order_and_recorded_once() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let read = Access::Key(Permission::Read);
    let rules = vec![
        rule(Some("POST"), " /search ", read),
        rule(None, "/health", Access::Open),
    ];
    for _ in 0..2 {
        app.registry
            .edit_gateway(&environment, &edited(rules.clone()))
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
        "the first rule that fits decides, so their order is part of them"
    );
    assert!(!gateway.row.preserve_host && gateway.row.allow_preflight);
    assert_eq!(
        app.count_audit("gateway.edited").await,
        1,
        "what changes nothing is no change"
    );
}

#[tokio::test]
async fn a_rule_that_is_none_is_named_by_its_place_and_nothing_is_stored() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let rules = vec![
        rule(None, "/health", Access::Open),
        rule(None, "health", Access::Open),
    ];
    let error = app
        .registry
        .edit_gateway(&environment, &edited(rules))
        .await
        .expect_err("a path begins with /");
    assert_eq!(error.code(), "rule_form");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("rules.1"),
        "the form shows it where it is"
    );
    let gateway = app.registry.show_gateway(&environment).await;
    assert!(
        gateway.expect("stored").rules().as_slice().is_empty(),
        "half of a list would be another list"
    );
}

#[tokio::test]
async fn an_endpoint_stands_behind_it_before_the_sample_does() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let gateway = app
        .registry
        .edit_gateway(&environment, &edited(Vec::new()))
        .await
        .expect("edited");
    assert_eq!(gateway.upstream_kind(), UpstreamKind::Sample);
    let mut entered = environment_input("staging", keystile_keys::Stage::Staging);
    entered.endpoint = Some("http://localhost:8000".to_owned());
    app.registry
        .edit_environment(&environment, &entered)
        .await
        .expect("edited");
    let gateway = app.registry.show_gateway(&environment).await;
    assert_eq!(
        gateway.expect("stored").upstream_kind(),
        UpstreamKind::Endpoint("http://localhost:8000"),
        "who entered an API means that one"
    );
}

#[tokio::test]
async fn a_gateway_keeps_its_port_and_is_offered_until_it_was_stopped() {
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
        "the window ran it, whatever the terminal did since"
    );
    let stopped = registry.mark_gateway_stopped(&environment).await;
    let stopped = stopped.expect("stored").row;
    assert_eq!(
        (stopped.port, stopped.autostart),
        (Some(7421), false),
        "it is started on the same port again, but not offered"
    );
    for (action, times) in [
        ("gateway.started", 1),
        ("gateway.placed", 1),
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
async fn a_gateway_is_placed_on_a_port_without_being_offered() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for _ in 0..2 {
        let placed = app.registry.set_gateway_port(&environment, 7999).await;
        let row = placed.expect("stored").row;
        assert_eq!(
            (row.port, row.autostart),
            (Some(7999), false),
            "nobody has started it"
        );
    }
    assert_eq!(
        app.count_audit("gateway.placed").await,
        1,
        "the same port again is no change"
    );
}
