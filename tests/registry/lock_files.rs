//! The lock files of processes that show keys. On PostgreSQL, the server has the locks.

use keystile_keys::State;
use keystile_tests::prompting_process::PromptingProcess;

use crate::fixture::TestApp;

#[tokio::test]
async fn lock_file_of_killed_process_is_removed_by_sweep() {
    let app = TestApp::new().await;
    let process = PromptingProcess::start(env!("CARGO_BIN_EXE_open_prompt"), app.temp()).await;
    let key = process.kill().await;
    app.registry.sweep().await.expect("a sweep");
    assert_eq!(app.key_state(key).await, State::Unclaimed);
    let left = std::fs::read_dir(app.locks_path()).expect("the locks");
    assert_eq!(left.count(), 0, "no process has a lock");
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
    app.run_sql("UPDATE secret_versions SET lock_file = '../bystander'")
        .await;
    let second = app.second_instance().await;
    second.registry.sweep().await.expect("a sweep");
    assert_eq!(app.key_state(prompt.key.id).await, State::Unclaimed);
    assert!(
        bystander.exists(),
        "a name from the database must not be used as a path"
    );
}

#[tokio::test]
async fn locks_folder_is_private_regardless_of_umask() {
    use std::os::unix::fs::PermissionsExt;

    // Each test runs in its own process, so the umask affects no other test.
    rustix::process::umask(rustix::fs::Mode::empty());
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.issue_key(environment, "ci").await;
    let metadata = std::fs::metadata(app.locks_path()).expect("a folder");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
}
