//! Sweeping: pending keys of dead processes are revoked, those of suspended processes are not.

use keystile_keys::State;
use keystile_registry::NoticeKind;
use keystile_tests::prompting_process::PromptingProcess;

use crate::fixture::TestApp;

const PROGRAM: &str = env!("CARGO_BIN_EXE_open_prompt");

#[tokio::test]
async fn pending_key_of_killed_process_is_revoked_and_has_one_notice() {
    let app = TestApp::new().await;
    let key = PromptingProcess::start(PROGRAM, app.temp())
        .await
        .kill()
        .await;
    assert_eq!(app.key_state(key).await, State::Pending, "no sweep has run");
    let revoked = app.registry.sweep().await.expect("a sweep");
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].id, key);
    assert_eq!(app.key_state(key).await, State::Unclaimed);
    assert_eq!(
        app.count_audit("key.unclaimed").await,
        1,
        "with an audit row"
    );
    assert_eq!(app.registry.sweep().await.expect("a sweep"), []);

    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKind::Unclaimed);
    assert_eq!(
        (
            notices[0].key.name.as_str(),
            notices[0].key.project_name.as_str(),
            notices[0].key.environment_name.as_str()
        ),
        ("ci-writer", "Acme Shop", "staging"),
        "the notice names key, project and environment"
    );
    for _ in 0..2 {
        app.registry
            .acknowledge_notice(key)
            .await
            .expect("acknowledged");
    }
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
    assert_eq!(app.count_audit("notice.acknowledged").await, 1);
}

#[tokio::test]
async fn running_process_keeps_its_key() {
    let app = TestApp::new().await;
    let other = PromptingProcess::start(PROGRAM, app.temp()).await;
    assert_eq!(app.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(app.key_state(other.key()).await, State::Pending);
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
}

#[cfg(unix)]
#[tokio::test]
async fn suspended_process_keeps_its_key() {
    let app = TestApp::new().await;
    let other = PromptingProcess::start(PROGRAM, app.temp()).await;
    let process = rustix::process::Pid::from_child(other.child());
    rustix::process::kill_process(process, rustix::process::Signal::STOP).expect("stopped");
    for _ in 0..20 {
        assert_eq!(
            app.registry.sweep().await.expect("a sweep"),
            [],
            "a suspended process still holds its lock"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.key_state(other.key()).await, State::Pending);
}

#[tokio::test]
async fn concurrent_sweeps_revoke_once() {
    let app = TestApp::new().await;
    let second = app.second_instance().await;
    let key = PromptingProcess::start(PROGRAM, app.temp())
        .await
        .kill()
        .await;
    let (one, other) = tokio::join!(app.registry.sweep(), second.registry.sweep());
    let revoked = one.expect("a sweep").len() + other.expect("a sweep").len();
    assert_eq!(revoked, 1);
    assert_eq!(app.key_state(key).await, State::Unclaimed);
    assert_eq!(app.count_audit("key.unclaimed").await, 1);
}

#[tokio::test]
async fn sweep_keeps_own_open_prompt() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    assert_eq!(app.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert!(app.copy_key(&prompt).await.copied);
}
