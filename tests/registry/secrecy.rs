//! Plain keys appear in no file, error, or debug output.

use std::path::Path;

use keystile_tests::diagnostic::error_help;

use crate::fixture::{MAIN_WINDOW, TestApp, issue_request, plain_key};
use crate::memory_clipboard::Fault;

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
async fn files_and_tables_contain_no_plain_key_after_20_keys() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let mut texts = Vec::new();
    for number in 0..20 {
        let prompt = app.issue_key(environment, &format!("key {number}")).await;
        texts.push(plain_key(&prompt));
        match number % 4 {
            0 => {}
            1 => {
                app.copy_key(&prompt).await;
            }
            2 => {
                app.copy_key(&prompt).await;
                app.close_prompt(&prompt).await;
            }
            _ => {
                let discarded = app.registry.discard(MAIN_WINDOW, &prompt.ticket).await;
                discarded.expect("discarded");
            }
        }
    }
    let row = app
        .key_row(app.issue_key(environment, "canary").await.key.id)
        .await;
    // Reading the open database file would drop SQLite's locks, so the program is over first.
    app.registry.store().close().await;
    let mut files = every_file(&app.store_path());
    files.extend(app.temp().columns().await);
    let canary = |name: &str| files.iter().any(|(_, bytes)| contains(bytes, name));
    assert!(canary(row.id.as_str()), "the search must find a known text");
    for text in &texts {
        let secret = text.rsplit('_').next().expect("a key's last part");
        for (path, bytes) in &files {
            assert!(!contains(bytes, secret), "{path} contains a secret");
            assert!(!contains(bytes, &secret[..43]), "{path} contains a secret");
        }
    }
}

#[tokio::test]
async fn debug_output_contains_no_plain_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let text = plain_key(&prompt);
    let mut printed = vec![
        format!("{:?}", prompt.key),
        format!("{:?}", prompt.ticket),
        format!("{:?}", app.registry.store()),
    ];
    let mut refused = Vec::new();
    app.clipboard.set_fault(Fault::Denied);
    refused.extend(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await.err());
    refused.extend(app.registry.close(MAIN_WINDOW, &prompt.ticket).await.err());
    app.credentials
        .set_fault(crate::memory_credential_store::Fault::TooLong);
    refused.extend(app.registry.save(MAIN_WINDOW, &prompt.ticket).await.err());
    app.credentials
        .set_fault(crate::memory_credential_store::Fault::PlatformFailure);
    refused.extend(app.registry.save(MAIN_WINDOW, &prompt.ticket).await.err());
    app.make_read_only().await;
    app.clipboard.set_fault(Fault::None);
    refused.extend(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await.err());
    refused.extend(
        app.registry
            .issue(MAIN_WINDOW, &issue_request(environment, "other"))
            .await
            .err(),
    );
    assert_eq!(refused.len(), 6, "each of them failed");
    for error in refused {
        printed.push(format!("{error:?} {error} {}", error_help(&error)));
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
