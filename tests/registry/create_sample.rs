//! The sample project: ready to be tried, and never in the way of one of the same name.

use keystile_registry::UpstreamKind;

use crate::fixture::TestApp;

#[tokio::test]
async fn the_sample_stands_behind_its_gateway_and_a_second_one_gets_a_number() {
    let app = TestApp::new().await;
    let (first, environment) = app.registry.create_sample().await.expect("made");
    let (second, _) = app.registry.create_sample().await.expect("made");
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("Sample shop", "Sample shop 2"),
        "a name that is taken stops nobody who only wants to try"
    );
    let gateway = app.registry.show_gateway(&environment.id).await;
    assert_eq!(
        gateway.expect("stored").upstream_kind(),
        UpstreamKind::Sample,
        "nothing of the user's own is needed"
    );
}

#[tokio::test]
async fn sample_that_fails_half_way_leaves_no_project() {
    let app = TestApp::new().await;
    let mut connection = app.raw_connection().await;
    sqlx::raw_sql(
        "CREATE TRIGGER fails BEFORE INSERT ON gateways BEGIN SELECT RAISE(ABORT, 'no gateway'); END",
    )
    .execute(&mut connection)
    .await
    .expect("a trigger");
    app.registry
        .create_sample()
        .await
        .expect_err("its gateway cannot be stored");
    let projects = app.registry.list_projects().await.expect("projects");
    assert_eq!(projects, [], "a sample without its gateway is none");
}
