//! Calls every command with missing, null, huge, and mistyped arguments, and the commands of every plugin. Each call
//! returns or is rejected, and the program keeps running.

use keystile_tests::window::repository;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};
use serde_json::{Value, json};

/// The names of all arguments of all commands.
const ARGUMENTS: [&str; 31] = [
    "projectId",
    "environmentId",
    "keyId",
    "keyIds",
    "query",
    "ticket",
    "name",
    "stage",
    "prefix",
    "endpoint",
    "environment",
    "confirmation",
    "confirmed",
    "write",
    "idempotencyKey",
    "settings",
    "channel",
    "port",
    "changes",
    "rules",
    "method",
    "path",
    "headers",
    "proxy",
    "body",
    "key",
    "text",
    "since",
    "detail",
    "location",
    "on",
];

/// Commands of plugins and of Tauri itself, none of which the window may call.
const NOT_OURS: [&str; 22] = [
    "plugin:sql|load",
    "plugin:sql|execute",
    "plugin:sql|select",
    "plugin:sql|close",
    "plugin:clipboard-manager|read_text",
    "plugin:clipboard-manager|write_text",
    "plugin:clipboard-manager|clear",
    "plugin:opener|open_path",
    "plugin:opener|open_url",
    "plugin:window-state|save_window_state",
    "plugin:window-state|restore_state",
    "plugin:autostart|enable",
    "plugin:deep-link|register",
    "plugin:event|listen",
    "plugin:event|emit",
    "plugin:window|close",
    "plugin:window|destroy",
    "plugin:webview|create_webview_window",
    "plugin:app|version",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
    "no_such_command",
];

fn commands() -> TestResult<Vec<String>> {
    let path = repository().join("src-tauri/permissions/window.toml");
    let text = std::fs::read_to_string(path)?;
    let (_, list) = text
        .split_once("commands.allow = [")
        .ok_or_else(|| TestError::new("the permission lists no commands"))?;
    Ok(list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect())
}

/// Calls a command from a script that creates the arguments, so that large arguments do not pass through the driver.
fn call(window: &Window<'_>, command: &str, value: &str) -> TestResult<Value> {
    window.execute_async(
        "const [command, names, value, done] = arguments;
         const make = () => ({null: null, number: -1e308, text: 'x', list: [[[]]], thing: {a: {b: 1}},
           huge: 'x'.repeat(700_000), nul: '\\u0000\\u202e../../etc/passwd', missing: undefined})[value];
         const given = Object.fromEntries(names.map((name) => [name, make()]));
         const late = setTimeout(() => done('late'), 30_000);
         window.__TAURI_INTERNALS__.invoke(command, value === 'missing' ? {} : given).then(
           () => { clearTimeout(late); done('returned'); },
           (error) => { clearTimeout(late); done({rejected: String(error?.code ?? error).slice(0, 300)}); })",
        &[json!(command), json!(ARGUMENTS), json!(value)],
    )
}

fn is_running(window: &Window<'_>) -> TestResult<bool> {
    Ok(window.invoke("start", &json!({}))?.is_ok() && !window.has_exited())
}

#[test]
fn commands_reject_invalid_arguments_without_panicking() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let output = desktop.home().join("output.log");
    let window = Window::open_with_log(&desktop, "warn", &output)?;
    let commands = commands()?;
    assert!(commands.len() > 20, "the permission names every command");
    for command in &commands {
        for value in [
            "missing", "null", "number", "text", "list", "thing", "nul", "huge",
        ] {
            let result = call(&window, command, value)?;
            assert!(
                result == json!("returned") || result["rejected"].is_string(),
                "{command} with {value} arguments neither returned nor was rejected: {result}"
            );
            if matches!(value, "number" | "list" | "thing")
                && ![
                    "start",
                    "take_link",
                    "starts_at_login",
                    "list_projects",
                    "list_notices",
                    "keychain_status",
                    "clear_clipboard",
                    "end_trial",
                    "stop_http_service",
                    "create_sample",
                ]
                .contains(&command.as_str())
            {
                assert!(
                    result["rejected"].is_string(),
                    "{command} must reject {value} arguments"
                );
            }
        }
        assert!(
            is_running(&window)?,
            "the program must keep running after {command}"
        );
    }
    let log = std::fs::read_to_string(&output)?;
    assert!(!log.contains("panicked"), "no task may panic:\n{log}");
    assert!(
        log.len() < 1_000_000,
        "the log must not contain whole arguments ({} bytes)",
        log.len()
    );
    Ok(())
}

#[test]
fn page_can_call_only_the_windows_own_commands() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let arguments = json!({
        "db": format!("sqlite:{}", desktop.database().display()),
        "query": "SELECT * FROM keys", "values": [], "text": "x", "label": "other",
        "event": "x", "flags": 1, "directory": 1, "rid": 0, "options": { "label": "other", "url": "index.html" },
        "target": { "kind": "Any" }, "handler": 1,
    });
    for command in NOT_OURS {
        let result = window.invoke(command, &arguments)?;
        assert!(
            result.is_err(),
            "{command} must not be callable from the window, but it returned {result:?}"
        );
        let error = result.err().unwrap_or_default().to_string();
        assert!(
            error.contains("not allowed") || error.contains("not found"),
            "{command} must be denied by its capability, not fail otherwise: {error}"
        );
    }
    assert!(is_running(&window)?, "the program must keep running");
    let page = window.execute_async(
        "const done = arguments[0];
         const outcome = (promise) => promise.then(() => 'allowed', () => 'rejected');
         Promise.all([outcome(fetch('https://example.com/')), outcome(fetch('file:///etc/passwd')),
           outcome(navigator.clipboard?.readText?.() ?? Promise.reject()),
           outcome(new Promise((ran, failed) => { try { eval('1'); ran(); } catch { failed(); } }))]).then(done)",
        &[],
    )?;
    assert_eq!(
        page,
        json!(["rejected", "rejected", "rejected", "rejected"]),
        "the page must not access the network, files or the clipboard, or evaluate text"
    );
    Ok(())
}
