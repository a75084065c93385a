//! Creates fifty keys with trace logging and searches every file below the home and the output for plain keys.

use std::fs;
use std::path::{Path, PathBuf};

use keystile_tests::processes::signal;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};
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

/// Each text as a file might hold it: as it is, and in the two bytes a letter that engines use.
fn spellings(text: &str) -> [Vec<u8>; 2] {
    [
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ]
}

/// The files below `home` that hold one of the texts.
fn holding(home: &Path, texts: &[&str]) -> TestResult<Vec<String>> {
    let mut all = Vec::new();
    files(home, &mut all)?;
    let mut holding = Vec::new();
    for path in all {
        let content = fs::read(&path)?;
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
            holding.push(path.display().to_string());
        }
    }
    Ok(holding)
}

#[test]
fn plain_keys_are_in_no_file_or_output() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let output = desktop.home().join("output.log");
    let window = Window::open_with_log(&desktop, "trace", &output)?;
    window.create_first_environment("Acme Shop", "staging")?;
    // One by hand, so that the key was on the screen, selected and saved too.
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
            "environmentId": shown.environment_id, "name": format!("canary-{number}"),
            "write": number % 2 == 0, "idempotencyKey": format!("canary-{number}"),
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
    // One more is on the screen when the program is killed: nothing can tidy up after it.
    keys.push(window.create_key("still-open")?.key);
    let secrets: Vec<&str> = keys
        .iter()
        .filter_map(|key| key.rsplit('_').next())
        .collect();
    assert!(
        secrets.len() == KEYS + 1 && secrets.iter().all(|secret| secret.len() > 30),
        "every key was issued"
    );
    for moment in ["while the program runs", "after it was killed"] {
        assert_eq!(
            holding(desktop.home(), &secrets)?,
            Vec::<String>::new(),
            "no plain key is written anywhere, {moment}"
        );
        if !window.has_exited() {
            signal(window.process_id(), Signal::KILL)?;
            wait_until("the program ended", || {
                Ok(window.has_exited().then_some(()))
            })?;
        }
    }
    assert!(
        holding(desktop.home(), &[&last_id])?
            .iter()
            .any(|path| path.ends_with("keystile.db")),
        "the search finds what is there: a key's id is in the database"
    );
    assert!(
        fs::metadata(&output)?.len() > 10_000,
        "the program was talkative, so its silence about keys means something"
    );
    Ok(())
}
