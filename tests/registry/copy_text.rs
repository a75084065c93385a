//! Copying text without secrets.

use crate::fixture::{TestApp, result_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn copy_text_starts_no_countdown_and_reports_failure() {
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
        "text without secrets has no countdown"
    );
    app.clipboard.set_fault(Fault::Denied);
    assert_eq!(
        result_code(app.registry.copy_text("x".to_owned()).await),
        "text_not_copied"
    );
}
