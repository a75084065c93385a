//! The sample project.

use keystile_registry::UpstreamKind;
use keystile_tests::database_faults::reject_inserts;

use crate::fixture::TestApp;

#[tokio::test]
async fn sample_gateway_uses_sample_api_and_second_sample_gets_a_number() {
    let app = TestApp::new().await;
    let (first, environment) = app.registry.create_sample().await.expect("made");
    let (second, _) = app.registry.create_sample().await.expect("made");
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("Sample shop", "Sample shop 2"),
        "a taken name must not block the sample"
    );
    let gateway = app.registry.show_gateway(&environment.id).await;
    assert_eq!(
        gateway.expect("stored").upstream_kind(),
        UpstreamKind::Sample,
        "the sample needs no endpoint"
    );
}

#[tokio::test]
async fn failed_sample_leaves_no_project() {
    let app = TestApp::new().await;
    reject_inserts(app.temp(), "gateways").await;
    app.registry
        .create_sample()
        .await
        .expect_err("its gateway cannot be stored");
    let projects = app.registry.list_projects().await.expect("projects");
    assert_eq!(projects, [], "a sample without a gateway must not remain");
}
