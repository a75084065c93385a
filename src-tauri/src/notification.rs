//! Desktop notifications of what happens while the user looks at other windows. A click opens the environment.

use std::thread;

use keystile_gateway_control::{RunningGateway, StopReason};
use keystile_link::{Link, Tab};
use keystile_registry::Registry;
use notify_rust::{Notification, NotificationResponse};
use tauri::{AppHandle, Manager, Runtime};

use crate::error::{CommandError, log_cause};
use crate::link;
use crate::shell::{Shell, WINDOW};
use crate::window;

/// Reports that a gateway stopped by itself.
pub(crate) async fn gateway_stopped<R: Runtime>(
    app: &AppHandle<R>,
    gateway: &RunningGateway,
    reason: StopReason,
) {
    let environment = gateway.environment();
    let CommandError {
        message, advice, ..
    } = CommandError::from_diagnostic(&reason);
    show(
        app,
        format!("{}: gateway stopped", environment.reference()),
        format!("{message} {advice}"),
        // Without its environment, the window is shown as it is.
        (reason != StopReason::EnvironmentDeleted)
            .then(|| Link::to_environment(environment, Some(Tab::Gateway))),
    )
    .await;
}

/// Shows a notification, unless the window has the focus or notifications are turned off. A click shows the
/// window, and opens the link.
pub(crate) async fn show<R: Runtime>(
    app: &AppHandle<R>,
    summary: String,
    body: String,
    link: Option<Link>,
) {
    let Some(registry) = app.state::<Shell>().open_registry() else {
        return;
    };
    if has_focus(app) || !are_enabled(&registry).await {
        return;
    }
    let app = app.clone();
    // Waits for the click on a thread of its own, because only Linux offers to wait asynchronously.
    let waiting = thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || {
            let mut notification = Notification::new();
            notification
                .appname("Keystile")
                .icon("keystile")
                .summary(&summary)
                .body(&body)
                .action("default", "Open");
            #[cfg(windows)]
            notification.app_id(&app.config().identifier);
            let shown = notification.show().and_then(|handle| {
                handle.wait_for_response(|response: &NotificationResponse| {
                    let is_click = matches!(
                        response,
                        NotificationResponse::Default | NotificationResponse::Action(_)
                    );
                    match link {
                        Some(link) if is_click => link::open(&app, Ok(link)),
                        None if is_click => window::show(&app),
                        _ => {}
                    }
                })
            });
            if let Err(error) = shown {
                tracing::warn!(%error, summary, "showing a notification failed");
            }
        });
    if let Err(error) = waiting {
        tracing::warn!(%error, "starting the thread of a notification failed");
    }
}

fn has_focus<R: Runtime>(app: &AppHandle<R>) -> bool {
    !window::is_hidden(app)
        && app
            .get_webview_window(WINDOW)
            .is_some_and(|window| window.is_focused().unwrap_or(false))
}

async fn are_enabled(registry: &Registry) -> bool {
    match registry.settings().await {
        Ok(settings) => settings.notifications,
        Err(error) => {
            log_cause("reading the settings", &error);
            true
        }
    }
}
