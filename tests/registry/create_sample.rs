//! The sample project: ready to be tried, and never in the way of one of the same name.

use keystile_registry::UpstreamKind;

use crate::world::World;

#[tokio::test]
async fn the_sample_stands_behind_its_gateway_and_a_second_one_gets_a_number() {
    let world = World::new().await;
    let (first, environment) = world.registry.create_sample().await.expect("made");
    let (second, _) = world.registry.create_sample().await.expect("made");
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("Sample shop", "Sample shop 2"),
        "a name that is taken stops nobody who only wants to try"
    );
    let gateway = world.registry.show_gateway(&environment.id).await;
    assert_eq!(
        gateway.expect("stored").upstream_kind(),
        UpstreamKind::Sample,
        "nothing of the user's own is needed"
    );
}

#[tokio::test]
async fn sample_that_fails_half_way_leaves_no_project() {
    let world = World::new().await;
    let mut connection = world.foreign_connection().await;
    sqlx::raw_sql(
        "CREATE TRIGGER fails BEFORE INSERT ON gateways BEGIN SELECT RAISE(ABORT, 'no gateway'); END",
    )
    .execute(&mut connection)
    .await
    .expect("a trigger");
    world
        .registry
        .create_sample()
        .await
        .expect_err("its gateway cannot be stored");
    let projects = world.registry.list_projects().await.expect("projects");
    assert_eq!(projects, [], "a sample without its gateway is none");
}
