//! Copying what is no secret: it says so when it failed.

use crate::clipboard::Mood;
use crate::world::{World, code};

#[tokio::test]
async fn a_text_is_copied_as_no_secret_and_a_failed_copy_is_said_to_have_failed() {
    let world = World::new().await;
    world
        .registry
        .copy_text("curl http://127.0.0.1:7420/".to_owned())
        .await
        .expect("copied");
    assert_eq!(
        world.clipboard.text().as_deref(),
        Some("curl http://127.0.0.1:7420/")
    );
    assert!(
        world.registry.clipboard_state().is_none(),
        "a command is the user's to keep: nothing counts down"
    );
    world.clipboard.become_(Mood::Refuses);
    assert_eq!(
        code(world.registry.copy_text("x".to_owned()).await),
        "text_not_copied"
    );
}
