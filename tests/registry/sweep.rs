//! Sweeping: keys of processes that died before copying are revoked, those of processes that merely sleep are not.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use keystile_keys::{KeyId, State};
use keystile_registry::NoticeKind;

use crate::clipboard::MemoryClipboard;
use crate::credential_store::MemoryStore;
use crate::world::{MAIN, World, fields, registry_in, request};

const DIRECTORY: &str = "KEYSTILE_TEST_DIRECTORY";

/// Another process with an open prompt. Killed when dropped.
struct OtherProcess {
    child: Child,
    key: KeyId,
}

impl OtherProcess {
    /// Starts this very test program again, as [`another_process_with_an_open_prompt`].
    fn start(directory: &Path) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .args(["--exact", "sweep::another_process_with_an_open_prompt"])
            .args(["--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .stdout(Stdio::piped())
            .spawn()
            .expect("another process");
        let output = child.stdout.take().expect("its output");
        let key = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("issued ")?.1.trim().to_owned()))
            .expect("the key it issued")
            .parse()
            .expect("a key's id");
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
#[ignore = "it is the other process of the tests below"]
async fn another_process_with_an_open_prompt() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let clipboard = Arc::new(MemoryClipboard::default());
    let store = MemoryStore::default();
    let registry = registry_in(Path::new(&directory), &store, clipboard).await;
    let created = registry
        .create_project(
            "Acme Shop",
            Some(&fields("staging", keystile_keys::Stage::Staging)),
        )
        .await
        .expect("a project");
    let environment = created.environment.expect("its environment").id;
    let prompt = registry
        .issue(MAIN, &request(environment, "ci-writer"))
        .await
        .expect("a key");
    println!("issued {}", prompt.key.id);
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn the_key_of_a_killed_process_is_revoked_and_told_once() {
    let world = World::new().await;
    let key = OtherProcess::start(&world.path()).kill();
    assert_eq!(world.state(key).await, State::Pending, "nobody looked yet");
    let revoked = world.registry.sweep().await.expect("a sweep");
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].id, key);
    assert_eq!(world.state(key).await, State::Unclaimed);
    assert_eq!(world.count("key.unclaimed").await, 1, "with an audit row");
    assert_eq!(world.registry.sweep().await.expect("a sweep"), []);

    let notices = world.registry.list_notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKind::Unclaimed);
    assert_eq!(
        (
            notices[0].key.name.as_str(),
            notices[0].key.project_name.as_str(),
            notices[0].key.environment_name.as_str()
        ),
        ("ci-writer", "Acme Shop", "staging"),
        "the sentence names all three"
    );
    for _ in 0..2 {
        world
            .registry
            .acknowledge_notice(key)
            .await
            .expect("acknowledged");
    }
    assert_eq!(world.registry.list_notices().await.expect("notices"), []);
    assert_eq!(world.count("notice.acknowledged").await, 1);
    let left = std::fs::read_dir(world.claims()).expect("the claims");
    assert_eq!(left.count(), 0, "the dead process's file has served");
}

#[tokio::test]
async fn a_process_that_lives_keeps_its_key() {
    let world = World::new().await;
    let other = OtherProcess::start(&world.path());
    assert_eq!(world.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(world.state(other.key).await, State::Pending);
    assert_eq!(world.registry.list_notices().await.expect("notices"), []);
}

#[cfg(unix)]
#[tokio::test]
async fn a_stopped_process_keeps_its_key() {
    let world = World::new().await;
    let other = OtherProcess::start(&world.path());
    let process = rustix::process::Pid::from_child(&other.child);
    rustix::process::kill_process(process, rustix::process::Signal::STOP).expect("stopped");
    for _ in 0..20 {
        assert_eq!(
            world.registry.sweep().await.expect("a sweep"),
            [],
            "sleeping is not dying, however long"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(world.state(other.key).await, State::Pending);
}

#[tokio::test]
async fn two_processes_that_look_at_once_revoke_once() {
    let world = World::new().await;
    let beside = world.beside().await;
    let key = OtherProcess::start(&world.path()).kill();
    let (one, other) = tokio::join!(world.registry.sweep(), beside.registry.sweep());
    let revoked = one.expect("a sweep").len() + other.expect("a sweep").len();
    assert_eq!(revoked, 1);
    assert_eq!(world.state(key).await, State::Unclaimed);
    assert_eq!(world.count("key.unclaimed").await, 1);
}

#[tokio::test]
async fn ones_own_open_prompt_is_left_alone() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    assert_eq!(world.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(world.state(prompt.key.id).await, State::Pending);
    assert!(world.copy(&prompt).await.is_copied());
}

#[tokio::test]
async fn a_claim_file_that_was_removed_is_made_anew_before_the_next_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    let first = world.active_key(environment, "first").await;
    std::fs::remove_dir_all(world.claims()).expect("somebody tidied up");
    let second = world.issue(environment, "second").await;
    let beside = world.beside().await;
    assert_eq!(
        beside.registry.sweep().await.expect("a sweep"),
        [],
        "the process lives, and its new file says so"
    );
    assert_eq!(world.state(second.key.id).await, State::Pending);
    assert_eq!(world.state(first).await, State::Active);
}

#[tokio::test]
async fn a_claim_name_that_leads_elsewhere_is_a_dead_process_and_removes_nothing() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let bystander = world.path().join("bystander");
    std::fs::write(&bystander, "kept").expect("a file");
    let mut connection = world.foreign_connection().await;
    sqlx::query("UPDATE keys SET lock_file = '../bystander'")
        .execute(&mut connection)
        .await
        .expect("a row");
    let beside = world.beside().await;
    beside.registry.sweep().await.expect("a sweep");
    assert_eq!(world.state(prompt.key.id).await, State::Unclaimed);
    assert!(bystander.exists(), "a name from the database is no path");
}
