//! No plain key outside the prompt: not in any file, not in any error, not in anything that can be printed.

use std::path::Path;

use crate::clipboard::Mood;
use crate::world::{MAIN, World, plain, request};

/// Everything below a directory, byte for byte.
fn every_file(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.append(&mut every_file(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            files.push((path.display().to_string(), bytes));
        }
    }
    files
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_file_holds_a_plain_key_or_its_secret_after_20_keys() {
    let world = World::new().await;
    let environment = world.staging().await;
    let mut texts = Vec::new();
    for number in 0..20 {
        let prompt = world.issue(environment, &format!("key {number}")).await;
        texts.push(plain(&prompt));
        match number % 4 {
            0 => {}
            1 => {
                world.copy(&prompt).await;
            }
            2 => {
                world.copy(&prompt).await;
                world.close(&prompt).await;
            }
            _ => {
                let discarded = world.registry.discard(MAIN, &prompt.ticket).await;
                discarded.expect("discarded");
            }
        }
    }
    let row = world
        .key(world.issue(environment, "canary").await.key.id)
        .await;
    // Reading the open database file would drop SQLite's locks, so the program is over first.
    world.registry.store().close().await;
    let files = every_file(&world.path());
    let canary = |name: &str| files.iter().any(|(_, bytes)| contains(bytes, name));
    assert!(canary(row.id.as_str()), "the search finds what is there");
    for text in &texts {
        let secret = text.rsplit('_').next().expect("a key's last part");
        for (path, bytes) in &files {
            assert!(!contains(bytes, secret), "a secret lies in {path}");
            assert!(!contains(bytes, &secret[..43]), "a secret lies in {path}");
        }
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_holds_a_plain_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let text = plain(&prompt);
    let mut printed = vec![
        format!("{:?}", prompt.key),
        format!("{:?}", prompt.ticket),
        format!("{:?}", world.registry.store()),
    ];
    let mut refused = Vec::new();
    world.clipboard.become_(Mood::Refuses);
    refused.extend(world.registry.copy(MAIN, &prompt.ticket).await.err());
    refused.extend(world.registry.close(MAIN, &prompt.ticket).await.err());
    world
        .credentials
        .become_(crate::credential_store::Mood::TooLong);
    refused.extend(world.registry.save(MAIN, &prompt.ticket).await.err());
    world
        .credentials
        .become_(crate::credential_store::Mood::Broken);
    refused.extend(world.registry.save(MAIN, &prompt.ticket).await.err());
    world.make_unwritable().await;
    world.clipboard.become_(Mood::Works);
    refused.extend(world.registry.copy(MAIN, &prompt.ticket).await.err());
    refused.extend(
        world
            .registry
            .issue(MAIN, &request(environment, "other"))
            .await
            .err(),
    );
    assert_eq!(refused.len(), 6, "each of them failed");
    for error in refused {
        printed.push(format!("{error:?} {error} {}", error.advice()));
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            printed.push(format!("{inner:?} {inner}"));
            cause = inner.source();
        }
    }
    let secret = text.rsplit('_').next().expect("a key's last part");
    for printed in printed {
        assert!(
            !printed.contains(secret),
            "{}",
            printed.replace(secret, "…")
        );
    }
}
