//! Calls every command with missing, null, huge and mistyped arguments, and the commands of every plugin. Each call is
//! answered or rejected, and the program keeps running.

use keystile_tests::window::repository;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};
use serde_json::{Value, json};

/// Every argument that any command knows.
const ARGUMENTS: [&str; 25] = [
    "projectId",
    "environmentId",
    "keyId",
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
    "preserveHost",
    "allowPreflight",
    "sample",
    "rules",
    "method",
    "path",
    "proxy",
    "body",
    "key",
];

/// Commands of plugins and of Tauri itself, none of which the window may call.
const NOT_OURS: [&str; 18] = [
    "plugin:sql|load",
    "plugin:sql|execute",
    "plugin:sql|select",
    "plugin:sql|close",
    "plugin:clipboard-manager|read_text",
    "plugin:clipboard-manager|write_text",
    "plugin:clipboard-manager|clear",
    "plugin:window-state|save_window_state",
    "plugin:window-state|restore_state",
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

/// Calls in the page, where the arguments are made, so that ten megabytes in all need not pass through the driver.
fn call(window: &Window<'_>, command: &str, value: &str) -> TestResult<Value> {
    window.execute_async(
        "const [command, names, value, done] = arguments;
         const make = () => ({null: null, number: -1e308, text: 'x', list: [[[]]], thing: {a: {b: 1}},
           huge: 'x'.repeat(700_000), nul: '\\u0000\\u202e../../etc/passwd', missing: undefined})[value];
         const given = Object.fromEntries(names.map((name) => [name, make()]));
         const late = setTimeout(() => done('late'), 30_000);
         window.__TAURI_INTERNALS__.invoke(command, value === 'missing' ? {} : given).then(
           () => { clearTimeout(late); done('answered'); },
           (refused) => { clearTimeout(late); done({refused: String(refused?.code ?? refused).slice(0, 300)}); })",
        &[json!(command), json!(ARGUMENTS), json!(value)],
    )
}

fn lives(window: &Window<'_>) -> TestResult<bool> {
    Ok(window.invoke("start", &json!({}))?.is_ok() && !window.has_exited())
}

#[test]
fn commands_survive_invalid_arguments() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let output = desktop.home().join("output.log");
    let window = Window::open_with_log(&desktop, "warn", &output)?;
    let commands = commands()?;
    assert!(commands.len() > 20, "the permission names every command");
    for command in &commands {
        for value in [
            "missing", "null", "number", "text", "list", "thing", "nul", "huge",
        ] {
            let answer = call(&window, command, value)?;
            assert!(
                answer == json!("answered") || answer["refused"].is_string(),
                "{command} with {value} arguments was neither answered nor refused: {answer}"
            );
            if matches!(value, "number" | "list" | "thing")
                && ![
                    "start",
                    "list_projects",
                    "list_notices",
                    "keychain_status",
                    "clear_clipboard",
                    "end_trial",
                    "create_sample",
                ]
                .contains(&command.as_str())
            {
                assert!(
                    answer["refused"].is_string(),
                    "{command} took {value} arguments for good ones"
                );
            }
        }
        assert!(lives(&window)?, "the program lives after {command}");
    }
    let said = std::fs::read_to_string(&output)?;
    assert!(
        !said.contains("panicked"),
        "nothing panics, not even beside the answer:\n{said}"
    );
    assert!(
        said.len() < 1_000_000,
        "what a page sends is not written out whole ({} bytes)",
        said.len()
    );
    Ok(())
}

#[test]
fn only_the_windows_own_commands_can_be_called() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let arguments = json!({
        "db": format!("sqlite:{}", desktop.database().display()),
        "query": "SELECT * FROM keys", "values": [], "text": "x", "label": "other",
        "event": "x", "flags": 1, "directory": 1, "rid": 0, "options": { "label": "other", "url": "index.html" },
        "target": { "kind": "Any" }, "handler": 1,
    });
    for command in NOT_OURS {
        let refused = window.invoke(command, &arguments)?;
        assert!(
            refused.is_err(),
            "{command} belongs to no capability of the window, yet it answered {refused:?}"
        );
        let why = refused.err().unwrap_or_default().to_string();
        assert!(
            why.contains("not allowed") || why.contains("not found"),
            "{command} is refused because it is not allowed, not by chance: {why}"
        );
    }
    assert!(lives(&window)?, "the program lives");
    let page = window.execute_async(
        "const done = arguments[0];
         const asked = (what) => what.then(() => 'allowed', () => 'refused');
         Promise.all([asked(fetch('https://example.com/')), asked(fetch('file:///etc/passwd')),
           asked(navigator.clipboard?.readText?.() ?? Promise.reject()),
           asked(new Promise((ran, failed) => { try { eval('1'); ran(); } catch { failed(); } }))]).then(done)",
        &[],
    )?;
    assert_eq!(
        page,
        json!(["refused", "refused", "refused", "refused"]),
        "the page reaches no network, no file, no clipboard and runs no text as code"
    );
    Ok(())
}
