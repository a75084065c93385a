//! The shell: wires the registry to a window and nothing else. It decides nothing; a command parses, calls the
//! registry, and maps the answer. It grows by a command when the registry grows by a verb.

#![forbid(unsafe_code)]

mod clipboard;
mod closing;
mod commands;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod drawing;
mod error;
mod gateways;
mod live_list;
mod log;
#[cfg(target_os = "macos")]
mod menu;
mod origin;
mod shell;
mod start_trace;
mod used;
pub mod view;
mod watch;

use std::process::ExitCode;

use tauri::{Builder, Context, Manager, Runtime, WindowEvent};

use gateways::Gateways;
use live_list::DecisionFeed;
use shell::Shell;

/// The context of the real program: its configuration, its capability, its window's files.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Everything but the window's process-wide parts (single instance, remembered place): what a test wires too.
pub fn wire<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_sql::Builder::new().build())
        .plugin(origin::stay())
        .manage(Shell::default())
        .manage(Gateways::default())
        .manage(DecisionFeed::default())
        .invoke_handler(tauri::generate_handler![
            commands::start::start,
            commands::start::watch,
            commands::start::list_notices,
            commands::start::acknowledge_notice,
            commands::project::create_project,
            commands::project::list_projects,
            commands::project::rename_project,
            commands::project::delete_project,
            commands::environment::list_environments,
            commands::environment::preview_environment,
            commands::environment::create_environment,
            commands::environment::edit_environment,
            commands::environment::delete_environment,
            commands::key::list_keys,
            commands::key::issue_key,
            commands::key::revoke_key,
            commands::key::disable_key,
            commands::key::enable_key,
            commands::prompt::reveal_key,
            commands::prompt::copy_key,
            commands::prompt::save_key,
            commands::prompt::discard_key,
            commands::prompt::close_prompt,
            commands::keychain::copy_from_keychain,
            commands::keychain::remove_from_keychain,
            commands::keychain::keychain_status,
            commands::clipboard::clear_clipboard,
            commands::settings::change_settings,
            commands::gateway::show_gateway,
            commands::gateway::start_gateway,
            commands::gateway::stop_gateway,
            commands::gateway::edit_gateway,
            commands::gateway::test_route,
            commands::gateway::list_decisions,
            commands::gateway::create_sample,
            commands::snippet::proxy_snippet,
            commands::snippet::copy_snippet,
            commands::snippet::copy_curl,
            commands::playground::send_request,
            commands::playground::try_key,
            commands::playground::end_trial,
            commands::prompt::check_key,
            commands::quit::quit,
        ])
        .setup(|app| {
            watch::begin(app.handle().clone());
            Ok(())
        })
}

/// Runs the program until it is quit.
pub fn run() -> ExitCode {
    // Not the reading of its memory too: `gateway run` could not tell then who has a port.
    keystile_listener::forbid_core_files();
    // Before any gateway takes connections; the database and the web view need files of their own.
    keystile_listener::raise_file_limit();
    let builder = wire(Builder::<tauri::Wry>::new());
    #[cfg(target_os = "macos")]
    let builder = menu::with_own_quit(builder);
    let built = builder
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _directory| {
                if let Some(window) = app.get_webview_window("main") {
                    for result in [window.unminimize(), window.show(), window.set_focus()] {
                        if let Err(error) = result {
                            tracing::warn!(%error, "the first window could not be focused");
                        }
                    }
                }
            },
        ))
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                closing::ask(window.app_handle().clone());
            }
            WindowEvent::Focused(true) => watch::look_again(window.app_handle()),
            _ => {}
        })
        .build(context());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            log::begin(None);
            tracing::error!(%error, "Keystile could not start. Is a display available?");
            return ExitCode::FAILURE;
        }
    };
    log::begin(app.path().app_log_dir().ok().as_deref());
    app.run(|app, event| match event {
        // The window exists from here on, not yet when the program is built.
        #[cfg(target_os = "linux")]
        tauri::RunEvent::Ready => {
            drawing::without_graphics_card(app);
            crash::reload_after(app);
        }
        tauri::RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            api.prevent_exit();
            closing::ask(app.clone());
        }
        _ => {}
    });
    ExitCode::SUCCESS
}
