//! Notices: what the next start says about prompts that died open.

use keystile_keys::{KeyId, os_random};
use keystile_registry::NoticeKind;

use crate::fixture::{TestApp, error_code};

#[tokio::test]
async fn a_copied_key_whose_prompt_was_not_closed_is_named_until_acknowledged() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let key = prompt.key.id;
    let app = app.restart_after_crash().await;
    assert_eq!(
        app.registry.sweep().await.expect("a sweep"),
        [],
        "it was claimed, so it is not revoked"
    );
    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKind::Unclosed);
    assert_eq!(notices[0].key.id, key);
    app.registry
        .acknowledge_notice(key)
        .await
        .expect("acknowledged");
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
}

#[tokio::test]
async fn revoking_the_named_key_ends_its_notice() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let app = app.restart_after_crash().await;
    let key = prompt.key.id;
    app.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
    assert_eq!(
        error_code(app.registry.acknowledge_notice(key).await),
        "done"
    );
}

#[tokio::test]
async fn an_open_prompt_is_no_notice_and_cannot_be_acknowledged_away() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let second = app.second_instance().await;
    for is_copied in [false, true] {
        if is_copied {
            app.copy_key(&prompt).await;
        }
        for process in [&app, &second] {
            assert_eq!(process.registry.list_notices().await.expect("notices"), []);
            assert_eq!(
                error_code(process.registry.acknowledge_notice(prompt.key.id).await),
                "not_copied",
                "should it die open, its user has to be told"
            );
        }
    }
    app.close_prompt(&prompt).await;
    let before = app.audit_actions().await;
    assert_eq!(
        error_code(app.registry.acknowledge_notice(prompt.key.id).await),
        "done"
    );
    assert_eq!(
        app.audit_actions().await,
        before,
        "there was nothing to record"
    );
}

#[tokio::test]
async fn a_key_that_does_not_exist_is_not_acknowledged() {
    let app = TestApp::new().await;
    let nobody = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        error_code(app.registry.acknowledge_notice(nobody).await),
        "not_found"
    );
}
