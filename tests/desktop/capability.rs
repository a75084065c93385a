//! Which windows and origins may call commands: the real configuration, capability, and commands in Tauri's mock
//! runtime. It needs no display; `window/ipc.rs` tests the same in the real web view.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up must fail"
)]

mod desktop_entry;
mod requests;

use keystile_desktop::{context, wire};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::utils::config::AppDirectoriesOverride;
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

const OWN: &str = "tauri://localhost";

/// The app with a temporary data directory.
struct Program {
    app: App<MockRuntime>,
    data: TempDir,
}

impl Program {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut context = context::<MockRuntime>();
        let app = &mut context.config_mut().app;
        app.app_directories_override = Some(AppDirectoriesOverride::Root(data.path().join("data")));
        app.windows.clear();
        let app = wire(mock_builder())
            .build(context)
            .expect("the app in the mock runtime");
        Self { app, data }
    }

    fn window(&self, label: &str) -> WebviewWindow<MockRuntime> {
        WebviewWindowBuilder::new(&self.app, label, tauri::WebviewUrl::default())
            .build()
            .unwrap()
    }
}

fn call(
    window: &WebviewWindow<MockRuntime>,
    origin: &str,
    command: &str,
    args: Value,
) -> Result<Value, String> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(args),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request)
        .map(|body| body.deserialize().unwrap())
        .map_err(|error| error.to_string())
}

/// Returns all commands of the permission.
fn commands() -> Vec<&'static str> {
    let text = include_str!("../../src-tauri/permissions/window.toml");
    let (_, list) = text.split_once("commands.allow = [").unwrap();
    let names: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    assert!(
        names.contains(&"reveal_key") && names.contains(&"copy_key"),
        "the list must include the commands that handle plain keys: {names:?}"
    );
    names
}

fn assert_denied(result: &Result<Value, String>, caller: &str, command: &str) {
    let error = result.as_ref().expect_err(caller);
    assert!(
        error.contains("not allowed"),
        "{caller} must be denied before {command} runs: {error}"
    );
}

#[test]
fn main_window_can_call_granted_commands() {
    let program = Program::new();
    let main = program.window("main");
    let started = call(&main, OWN, "start", json!({})).expect("the window's first call");
    assert_eq!(
        started["projects"],
        json!([]),
        "the app must work, so that the other tests do not pass because of a broken app"
    );
    for command in commands() {
        if let Err(error) = call(&main, OWN, command, json!({})) {
            assert!(
                !error.contains("not allowed"),
                "{command} may fail without arguments but must not be denied: {error}"
            );
        }
    }
}

#[test]
fn window_with_another_label_is_denied() {
    let program = Program::new();
    let _main = program.window("main");
    for label in ["other", "Main", "main2"] {
        let other = program.window(label);
        for command in commands() {
            assert_denied(&call(&other, OWN, command, json!({})), label, command);
        }
    }
}

#[test]
fn page_from_another_origin_is_denied() {
    let program = Program::new();
    let main = program.window("main");
    for origin in [
        "https://example.com",
        "http://localhost:5178",
        "tauri://elsewhere",
        "file:///etc/passwd",
        "data:text/html,x",
    ] {
        for command in commands() {
            assert_denied(&call(&main, origin, command, json!({})), origin, command);
        }
    }
}

#[test]
fn plugin_commands_are_denied() {
    let program = Program::new();
    let main = program.window("main");
    for command in [
        "plugin:sql|load",
        "plugin:sql|execute",
        "plugin:sql|select",
        "plugin:clipboard-manager|read_text",
        "plugin:clipboard-manager|write_text",
        "plugin:opener|open_path",
        "plugin:event|listen",
        "plugin:autostart|enable",
        "plugin:deep-link|get_current",
        "plugin:webview|create_webview_window",
    ] {
        assert_denied(&call(&main, OWN, command, json!({})), "main", command);
    }
}
