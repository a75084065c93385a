//! A database file that was deleted, moved or replaced by hand: no request passes within 100 ms, and checks go on by
//! themselves when a database is there again.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::world::World;

/// The promise, and what a loaded machine may add before a thread is run.
const SOON: Duration = Duration::from_millis(100 + 150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_database_lets_nothing_pass_until_it_is_back() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let key = world.key().await;
    assert_eq!(world.says(&verifier, &key.text).await, "accepted");
    let away = world.beside("away.db");
    fs::rename(world.database(), &away).expect("moved");
    let took = world
        .until_says(&verifier, &key.text, "database_gone")
        .await;
    assert!(took <= SOON, "noticed after {took:?}");
    let error = verifier.ready().await.expect_err("not ready");
    assert_eq!(error.code(), "database_gone");
    assert!(
        verifier.environment("shop/staging").await.is_err(),
        "no environment is vouched for either"
    );
    assert!(
        !world.database().exists(),
        "no empty database is made in its place"
    );
    fs::rename(&away, world.database()).expect("moved back");
    world.until_says(&verifier, &key.text, "accepted").await;
    assert_eq!(
        verifier.metrics().argon2_runs,
        1,
        "it is the same file: what was proven stays proven"
    );
    verifier.ready().await.expect("ready");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_database_lets_nothing_pass_and_is_not_made_anew() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let key = world.key().await;
    assert_eq!(world.says(&verifier, &key.text).await, "accepted");
    fs::remove_file(world.database()).expect("deleted");
    let took = world
        .until_says(&verifier, &key.text, "database_gone")
        .await;
    assert!(took <= SOON, "noticed after {took:?}");
    // Neither nothing nor an empty file nor somebody else's is a database.
    for content in [None, Some(&b""[..]), Some(&b"not a database at all"[..])] {
        if let Some(content) = content {
            fs::write(world.database(), content).expect("written");
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(world.says(&verifier, &key.text).await, "database_gone");
    }
    assert_eq!(
        fs::read(world.database()).expect("a file"),
        b"not a database at all",
        "what is not ours is left alone"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_database_is_read_from_its_beginning() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let old = world.key().await;
    let copy = world.beside("copy.db");
    let copied = Command::new("cp").arg(world.database()).arg(&copy).status();
    assert!(copied.expect("cp").success());
    let new = world.key().await;
    assert_eq!(world.says(&verifier, &old.text).await, "accepted");
    assert_eq!(world.says(&verifier, &new.text).await, "accepted");
    fs::rename(&copy, world.database()).expect("replaced");
    let took = world.until_says(&verifier, &new.text, "unknown_key").await;
    assert!(took < Duration::from_secs(2), "recovered after {took:?}");
    assert_eq!(world.says(&verifier, &old.text).await, "accepted");
    // The registry's own store still has the old file open; a new one finds the new file.
    let registry = world.registry_anew().await;
    registry.revoke(old.id, None).await.expect("revoked");
    assert_eq!(world.says(&verifier, &old.text).await, "revoked");
}
