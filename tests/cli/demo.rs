//! `demo`: what it prints is what happened.

use std::process::Command;

use serde_json::{Value, json};

fn demo(words: &[&str]) -> (Option<i32>, String) {
    let temporary = tempfile::tempdir().unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_keystile"))
        .arg("demo")
        .args(words)
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .output()
        .unwrap();
    let left: Vec<_> = temporary.path().read_dir().unwrap().collect();
    assert!(
        left.is_empty(),
        "its store holds hashes of real keys, so nothing of it may stay: {left:?}"
    );
    (said.status.code(), String::from_utf8(said.stdout).unwrap())
}

#[test]
fn the_demo_shows_a_read_a_write_and_what_is_refused_and_leaves_nothing() {
    let (code, out) = demo(&["--json"]);
    assert_eq!(code, Some(0), "{out}");
    let steps: Value = serde_json::from_str(&out).unwrap();
    let step = |step: &Value| {
        (
            step["method"].clone(),
            step["key"].clone(),
            step["status"].clone(),
            step["code"].clone(),
        )
    };
    let told: Vec<_> = steps.as_array().unwrap().iter().map(step).collect();
    let promised = [
        ("GET", "reader", 200, "accepted"),
        ("POST", "reader", 403, "insufficient_scope"),
        ("POST", "writer", 201, "accepted"),
        ("GET", "made up", 401, "unknown_key"),
        ("GET", "none", 401, "missing_key"),
        ("GET", "reader", 401, "revoked"),
    ]
    .map(|(method, key, status, code)| (json!(method), json!(key), json!(status), json!(code)));
    assert_eq!(
        told, promised,
        "the last one came right after the revocation"
    );
}

#[test]
fn the_demo_prints_what_the_readme_shows_and_no_key() {
    let (code, out) = demo(&[]);
    assert_eq!(code, Some(0), "{out}");
    let readme = include_str!("../../README.md");
    let shown = readme
        .split("```text\n")
        .find(|block| block.starts_with("REQUEST"))
        .and_then(|block| block.split("```").next())
        .unwrap();
    assert!(
        out.contains(shown),
        "whoever reads it there must see the same here: {out}"
    );
    assert!(
        out.contains("refused: revoked") && !out.contains("ks_deve"),
        "keys that are not for the person are not shown: {out}"
    );
}
