//! Sweeping: pending keys of dead processes are revoked, those of suspended processes are not.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use keystile_keys::{KeyId, State};
use keystile_registry::NoticeKind;

use crate::fixture::TestApp;

/// Another process with an open prompt. Killed when dropped.
struct OtherProcess {
    child: Child,
    key: KeyId,
}

impl OtherProcess {
    fn start(store: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_open_prompt"))
            .arg(store)
            .stdout(Stdio::piped())
            .spawn()
            .expect("another process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("the key's id");
        let key = line.trim().parse().expect("the key's id");
        Self { child, key }
    }

    fn kill(mut self) -> KeyId {
        self.child.kill().expect("killed");
        self.child.wait().expect("dead");
        self.key
    }
}

impl Drop for OtherProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn pending_key_of_killed_process_is_revoked_and_has_one_notice() {
    let app = TestApp::new().await;
    let key = OtherProcess::start(&app.store_path()).kill();
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
    let left = std::fs::read_dir(app.locks_path()).expect("the claims");
    assert_eq!(
        left.count(),
        0,
        "the lock file of the dead process must be removed"
    );
}

#[tokio::test]
async fn running_process_keeps_its_key() {
    let app = TestApp::new().await;
    let other = OtherProcess::start(&app.store_path());
    assert_eq!(app.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(app.key_state(other.key).await, State::Pending);
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
}

#[cfg(unix)]
#[tokio::test]
async fn suspended_process_keeps_its_key() {
    let app = TestApp::new().await;
    let other = OtherProcess::start(&app.store_path());
    let process = rustix::process::Pid::from_child(&other.child);
    rustix::process::kill_process(process, rustix::process::Signal::STOP).expect("stopped");
    for _ in 0..20 {
        assert_eq!(
            app.registry.sweep().await.expect("a sweep"),
            [],
            "a suspended process still holds its lock"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.key_state(other.key).await, State::Pending);
}

#[tokio::test]
async fn concurrent_sweeps_revoke_once() {
    let app = TestApp::new().await;
    let second = app.second_instance().await;
    let key = OtherProcess::start(&app.store_path()).kill();
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

#[tokio::test]
async fn deleted_process_lock_is_recreated_before_next_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.active_key(environment, "first").await;
    std::fs::remove_dir_all(app.locks_path()).expect("the folder is deleted");
    let second = app.issue_key(environment, "second").await;
    let other = app.second_instance().await;
    assert_eq!(
        other.registry.sweep().await.expect("a sweep"),
        [],
        "the process holds a new lock"
    );
    assert_eq!(app.key_state(second.key.id).await, State::Pending);
    assert_eq!(app.key_state(first).await, State::Active);
}

#[tokio::test]
async fn lock_name_outside_the_folder_counts_as_stale_and_removes_no_file() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let bystander = app.store_path().join("bystander");
    std::fs::write(&bystander, "kept").expect("a file");
    let mut connection = app.raw_connection().await;
    sqlx::query("UPDATE secret_versions SET lock_file = '../bystander'")
        .execute(&mut connection)
        .await
        .expect("a row");
    let second = app.second_instance().await;
    second.registry.sweep().await.expect("a sweep");
    assert_eq!(app.key_state(prompt.key.id).await, State::Unclaimed);
    assert!(
        bystander.exists(),
        "a name from the database must not be used as a path"
    );
}
