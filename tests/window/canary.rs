//! Creates fifty keys with trace logging and searches every file below the home and the output for plain keys.

use std::fs;
use std::path::{Path, PathBuf};

use keystile_tests::processes::signal;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};
use rustix::process::Signal;
use serde_json::json;

const KEYS: usize = 50;

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> TestResult {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files(&entry.path(), found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Returns the text in the encodings that files may contain: UTF-8, and the UTF-16 of JavaScript engines.
fn spellings(text: &str) -> [Vec<u8>; 2] {
    [
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ]
}

/// Returns the files below `home` that contain one of the texts.
fn files_containing(home: &Path, texts: &[&str]) -> TestResult<Vec<String>> {
    let mut all = Vec::new();
    files(home, &mut all)?;
    let mut matching = Vec::new();
    for path in all {
        let content = match fs::read(&path) {
            // The web process deletes temporary files at any time.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            content => content?,
        };
        let found = texts.iter().any(|text| {
            spellings(text).iter().any(|spelling| {
                let first = spelling.first().copied().unwrap_or_default();
                content
                    .iter()
                    .enumerate()
                    .filter(|(_, byte)| **byte == first)
                    .any(|(at, _)| content.get(at..at + spelling.len()) == Some(spelling))
            })
        });
        if found {
            matching.push(path.display().to_string());
        }
    }
    Ok(matching)
}

#[test]
fn issued_keys_appear_in_no_file_or_output() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let output = desktop.home().join("output.log");
    let window = Window::open_with_log(&desktop, "trace", &output)?;
    window.create_first_environment("Acme Shop", "staging")?;
    // Create one key in the UI, so that it was also displayed, selected, and saved.
    let shown = window.create_key("by-hand")?;
    let field = window.find("textbox", "Generated API Key")?;
    window.click_element(&field)?;
    window.click("button", "Save to system keychain")?;
    window.wait_for_announcement("Saved to")?;
    window.copy_key()?;
    window.close_prompt()?;
    let mut keys = vec![shown.key.clone()];
    let mut last_id = shown.key_id.clone();
    for number in 1..KEYS {
        let fields = json!({
            "environmentId": shown.environment_id,
            "key": {
                "name": format!("canary-{number}"), "write": number % 2 == 0, "expiry": { "kind": "default" },
                "owner": "", "note": "", "tags": [],
            },
            "idempotencyKey": format!("canary-{number}"),
        });
        let prompt = window
            .invoke("issue_key", &fields)?
            .map_err(TestError::new)?;
        let ticket = json!({ "ticket": prompt["ticket"] });
        for command in ["copy_key", "close_prompt"] {
            window.invoke(command, &ticket)?.map_err(TestError::new)?;
        }
        keys.push(prompt["key"].as_str().unwrap_or_default().to_owned());
        last_id = prompt["keyId"].as_str().unwrap_or_default().to_owned();
    }
    // Another key is on the screen when the program is killed, so no cleanup runs.
    keys.push(window.create_key("still-open")?.key);
    let secrets: Vec<&str> = keys
        .iter()
        .filter_map(|key| key.rsplit('_').next())
        .collect();
    assert!(
        secrets.len() == KEYS + 1 && secrets.iter().all(|secret| secret.len() > 30),
        "every key was issued"
    );
    for phase in ["while the program runs", "after it was killed"] {
        assert_eq!(
            files_containing(desktop.home(), &secrets)?,
            Vec::<String>::new(),
            "no file or output may contain a plain key, {phase}"
        );
        if !window.has_exited() {
            signal(window.process_id(), Signal::KILL)?;
            window.wait_until_exited()?;
        }
    }
    assert!(
        files_containing(desktop.home(), &[&last_id])?
            .iter()
            .any(|path| path.ends_with("keystile.db")),
        "the search must find the id of a key in the database"
    );
    assert!(
        fs::metadata(&output)?.len() > 10_000,
        "the log must be long enough for the search to be meaningful"
    );
    Ok(())
}
