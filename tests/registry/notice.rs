//! Notices about prompts that were open when their process died.

use keystile_keys::{KeyId, os_random};
use keystile_registry::NoticeKind;

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn unclosed_prompt_has_notice_until_acknowledged() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let key = prompt.key.id;
    let app = app.restart_after_crash().await;
    assert_eq!(
        app.registry.sweep().await.expect("a sweep"),
        [],
        "a claimed key must not be revoked"
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
async fn revoking_key_removes_its_notice() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let app = app.restart_after_crash().await;
    let key = prompt.key.id;
    app.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
    assert_eq!(
        result_code(app.registry.acknowledge_notice(key).await),
        "done"
    );
}

#[tokio::test]
async fn open_prompt_has_no_notice_and_cannot_be_acknowledged() {
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
                result_code(process.registry.acknowledge_notice(prompt.key.id).await),
                "not_copied",
                "if this process dies, the user needs the notice"
            );
        }
    }
    app.close_prompt(&prompt).await;
    let before = app.audit_actions().await;
    assert_eq!(
        result_code(app.registry.acknowledge_notice(prompt.key.id).await),
        "done"
    );
    assert_eq!(app.audit_actions().await, before, "nothing may be recorded");
}

#[tokio::test]
async fn acknowledging_unknown_key_is_not_found() {
    let app = TestApp::new().await;
    let unknown = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        result_code(app.registry.acknowledge_notice(unknown).await),
        "not_found"
    );
}
