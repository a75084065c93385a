//! `demo`: its output and its cleanup.

use std::process::Command;

use serde_json::{Value, json};

fn demo(args: &[&str]) -> (Option<i32>, String) {
    let temporary = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_keystile"))
        .arg("demo")
        .args(args)
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .output()
        .unwrap();
    let left: Vec<_> = temporary.path().read_dir().unwrap().collect();
    assert!(
        left.is_empty(),
        "the temporary store must be deleted: {left:?}"
    );
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn demo_prints_allowed_and_denied_requests() {
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
    let actual: Vec<_> = steps.as_array().unwrap().iter().map(step).collect();
    let expected = [
        ("GET", "reader", 200, "allowed"),
        ("POST", "reader", 403, "insufficient_scope"),
        ("POST", "writer", 201, "allowed"),
        ("GET", "unknown", 401, "unknown_key"),
        ("GET", "none", 401, "missing_key"),
        ("GET", "reader", 401, "revoked"),
    ]
    .map(|(method, key, status, code)| (json!(method), json!(key), json!(status), json!(code)));
    assert_eq!(actual, expected, "the last request follows the revocation");
}

#[test]
fn demo_prints_no_key() {
    let (code, out) = demo(&[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.contains("denied: revoked") && !out.contains("ks_dev_"),
        "the demo must not print its keys: {out}"
    );
}
