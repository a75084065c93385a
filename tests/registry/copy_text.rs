//! Copying what is no secret: it says so when it failed.

use crate::fixture::{TestApp, error_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn a_text_is_copied_as_no_secret_and_a_failed_copy_is_said_to_have_failed() {
    let app = TestApp::new().await;
    app.registry
        .copy_text("curl http://127.0.0.1:7420/".to_owned())
        .await
        .expect("copied");
    assert_eq!(
        app.clipboard.text().as_deref(),
        Some("curl http://127.0.0.1:7420/")
    );
    assert!(
        app.registry.clipboard_state().is_none(),
        "a command is the user's to keep: nothing counts down"
    );
    app.clipboard.set_fault(Fault::Denied);
    assert_eq!(
        error_code(app.registry.copy_text("x".to_owned()).await),
        "text_not_copied"
    );
}
