//! Who may call Keystile's commands: the real configuration, capability and commands, with Tauri's own stand-in for the
//! engine. Run without a display; what a page gone wrong can do inside the real window is `window/ipc.rs`.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up must fail"
)]

use keystile_desktop::{context, wire};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::utils::config::AppDirectoriesOverride;
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

const OWN: &str = "tauri://localhost";

/// The program, its data in a folder that is deleted with it.
struct Program {
    app: App<MockRuntime>,
    _data: TempDir,
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
            .expect("the real program, without its engine");
        Self { app, _data: data }
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
    arguments: Value,
) -> Result<Value, String> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request)
        .map(|body| body.deserialize().unwrap())
        .map_err(|error| error.to_string())
}

/// Every command that the permission names.
fn commands() -> Vec<&'static str> {
    let text = include_str!("../../src-tauri/permissions/window.toml");
    let (_, list) = text.split_once("commands.allow = [").unwrap();
    let names: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    assert!(
        names.contains(&"reveal_key") && names.contains(&"copy_key"),
        "the commands that touch a plain key are among those tried: {names:?}"
    );
    names
}

fn assert_not_allowed(answer: &Result<Value, String>, who: &str, command: &str) {
    let refusal = answer.as_ref().expect_err(who);
    assert!(
        refusal.contains("not allowed"),
        "{who} must be stopped before {command} runs, not by {command} itself: {refusal}"
    );
}

#[test]
fn the_window_main_may_call_what_its_capability_grants() {
    let program = Program::new();
    let main = program.window("main");
    let started = call(&main, OWN, "start", json!({})).expect("the window's first call");
    assert_eq!(
        started["projects"],
        json!([]),
        "a new database answers, so the refusals of the other tests are not those of a program that is broken"
    );
    for command in commands() {
        if let Err(refusal) = call(&main, OWN, command, json!({})) {
            assert!(
                !refusal.contains("not allowed"),
                "{command} is granted; without arguments it may fail, but not be forbidden: {refusal}"
            );
        }
    }
}

#[test]
fn a_window_with_another_label_may_call_nothing() {
    let program = Program::new();
    let _main = program.window("main");
    for label in ["stranger", "Main", "main2"] {
        let stranger = program.window(label);
        for command in commands() {
            assert_not_allowed(&call(&stranger, OWN, command, json!({})), label, command);
        }
    }
}

#[test]
fn a_page_from_elsewhere_in_the_window_main_may_call_nothing() {
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
            assert_not_allowed(&call(&main, origin, command, json!({})), origin, command);
        }
    }
}

#[test]
fn no_plugins_command_may_be_called_by_anyone() {
    let program = Program::new();
    let main = program.window("main");
    for command in [
        "plugin:sql|load",
        "plugin:sql|execute",
        "plugin:sql|select",
        "plugin:clipboard-manager|read_text",
        "plugin:clipboard-manager|write_text",
        "plugin:event|listen",
        "plugin:webview|create_webview_window",
    ] {
        assert_not_allowed(&call(&main, OWN, command, json!({})), "main", command);
    }
}
