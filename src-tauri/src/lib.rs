//! The desktop app: connects the registry to a window. Each command parses its arguments, calls the registry, and
//! converts the result; no decision is made here.

#![forbid(unsafe_code)]

mod arguments;
mod bulk_changes;
mod change_reader;
mod clipboard;
mod commands;
#[cfg(target_os = "linux")]
mod crash;
mod error;
mod expiry_notices;
mod gateways;
mod http_service;
mod link;
mod log;
mod login;
#[cfg(target_os = "macos")]
mod menu;
mod navigation;
mod notification;
mod quit;
mod ready_file;
mod shell;
mod tray;
mod tray_host;
mod view;
mod watcher;
#[cfg(target_os = "linux")]
mod webview_gpu;
mod window;
mod with_usage;
mod zoom;

use std::io::Write;
use std::process::ExitCode;

use tauri::{Builder, Context, Manager, Runtime, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use bulk_changes::BulkChanges;
use gateways::Gateways;
use http_service::HttpServer;
use link::WaitingLink;
use shell::Shell;
use tray::Tray;
use window::Hidden;

/// Returns the context of the real program: its configuration, capability, and frontend files.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Adds plugins, state, and commands to the builder, without the process-wide plugins (single instance, window state).
/// Tests use it too.
pub fn wire<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_sql::Builder::new().build())
        .plugin(login::plugin())
        .plugin(navigation::plugin())
        .manage(Shell::default())
        .manage(BulkChanges::default())
        .manage(Gateways::default())
        .manage(HttpServer::default())
        .manage(WaitingLink::default())
        .manage(Tray::default())
        .manage(Hidden::default())
        .invoke_handler(tauri::generate_handler![
            commands::start::start,
            commands::start::subscribe,
            commands::start::list_notices,
            commands::start::acknowledge_notice,
            commands::link::take_link,
            commands::login::starts_at_login,
            commands::login::set_start_at_login,
            commands::project::create_project,
            commands::project::list_projects,
            commands::project::rename_project,
            commands::project::delete_project,
            commands::environment::list_environments,
            commands::environment::preview_environment,
            commands::environment::create_environment,
            commands::environment::edit_environment,
            commands::environment::delete_environment,
            commands::environment::copy_environment_detail,
            commands::environment::environment_activity,
            commands::key::list_keys,
            commands::key::find_keys,
            commands::key::key_position,
            commands::key::copy_key_id,
            commands::search::search_keys,
            commands::search::identify_text,
            commands::key::issue_key,
            commands::key::revoke_key,
            commands::key::disable_key,
            commands::key::edit_key,
            commands::key::enable_key,
            commands::bulk_change::plan_bulk_change,
            commands::bulk_change::apply_bulk_change,
            commands::bulk_change::cancel_bulk_change,
            commands::bulk_change::undo_bulk_change,
            commands::key::key_history,
            commands::rotation::end_old_secret,
            commands::rotation::key_secrets,
            commands::rotation::rotate_key,
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
            commands::gateway::create_sample,
            commands::http_service::start_http_service,
            commands::http_service::stop_http_service,
            commands::request::list_requests,
            commands::request::list_request_keys,
            commands::snippet::proxy_snippet,
            commands::snippet::copy_snippet,
            commands::snippet::copy_text,
            commands::snippet::copy_curl,
            commands::location::open_location,
            commands::location::copy_location,
            commands::playground::send_request,
            commands::playground::try_key,
            commands::playground::end_trial,
            commands::prompt::check_key,
            commands::quit::quit,
        ])
        .setup(|app| {
            watcher::start(app.handle().clone());
            tauri::async_runtime::spawn(tray::follow(app.handle().clone()));
            Ok(())
        })
}

/// Runs the program until it is quit, or prints the text that the first argument asks for.
pub fn run() -> ExitCode {
    let first = std::env::args_os().nth(1);
    if let Some(text) = first.as_deref().and_then(arguments::text) {
        return match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    // The toolkit would panic in `build`.
    #[cfg(target_os = "linux")]
    if let Err(error) = gtk::init() {
        log::init(None);
        tracing::error!(
            %error,
            "Keystile did not start, because no display is available; start it in a desktop session, or use `keystile` \
             in the terminal"
        );
        return ExitCode::FAILURE;
    }
    // Only core files are forbidden: `gateway run` must still be able to see which process uses a port.
    keystile_listener::forbid_core_files();
    // The database and the web view need file descriptors besides those of gateway connections.
    keystile_listener::raise_file_limit();
    let builder = wire(Builder::<tauri::Wry>::new());
    #[cfg(target_os = "macos")]
    let builder = menu::install(builder);
    let built = builder
        .plugin(tauri_plugin_single_instance::init(
            |app, arguments, _directory| {
                if !login::is_start(arguments.iter()) {
                    window::show(app);
                }
            },
        ))
        .plugin(tauri_plugin_deep_link::init())
        // A window that was hidden in the tray is shown by the next start.
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .on_menu_event(|app, event| match event.id().as_ref() {
            tray::QUIT => quit::request(app.clone()),
            id => tray::on_menu_event(app, id),
        })
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                quit::close_window(window.app_handle().clone());
            }
            WindowEvent::Focused(true) => watcher::on_focus(window.app_handle()),
            _ => {}
        })
        .build(context());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            log::init(None);
            tracing::error!(%error, "Keystile failed to start; is a display available?");
            return ExitCode::FAILURE;
        }
    };
    log::init(app.path().app_log_dir().ok().as_deref());
    app.run(|app, event| match event {
        tauri::RunEvent::Ready => {
            let is_login = login::is_start(std::env::args_os());
            if let Err(error) = window::open(app, !is_login) {
                tracing::error!(%error, "opening the window failed");
                app.exit(1);
            }
            link::receive(app);
            let handle = app.clone();
            tauri::async_runtime::spawn(async move {
                if is_login {
                    login::show_window(&handle).await;
                } else {
                    tray::restore(&handle).await;
                }
            });
            zoom::restore(app);
            #[cfg(target_os = "linux")]
            {
                webview_gpu::disable(app);
                crash::reload_on_crash(app);
            }
        }
        tauri::RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            api.prevent_exit();
            quit::request(app.clone());
        }
        _ => {}
    });
    ExitCode::SUCCESS
}
