//! The icon in the tray, which exists while its setting is on. Its menu opens the window, lists the running gateways and
//! the HTTP service, and quits. While the window is hidden, the tray is the only way back to it besides starting
//! Keystile again.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use keystile_link::{Link, Tab};
use tauri::{AppHandle, Manager, Runtime};
use tray_icon::menu::{Menu, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

use crate::error::CommandError;
use crate::gateways::Gateways;
use crate::http_service::HttpServer;
use crate::link;
use crate::shell::Shell;
use crate::tray_host;
use crate::window;

/// The ids of the menu's items. That of a gateway continues with the ids of its project and environment.
const OPEN: &str = "tray-open";
pub(crate) const QUIT: &str = "tray-quit";
const GATEWAY: &str = "tray-gateway/";
const HTTP_SERVICE: &str = "tray-http-service";

/// How often it is checked, while the window is hidden, that the desktop still shows the icon.
const HOST_POLL_INTERVAL: Duration = Duration::from_secs(5);
/// After this many checks without a tray the window is shown. A panel that restarts is away for a few seconds.
const MAX_MISSED_POLLS: u32 = 2;

/// How long a start at login waits for the panel.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(10);
const LOGIN_POLL_INTERVAL: Duration = Duration::from_millis(500);

thread_local! {
    /// The icon; only on the main thread, to which menus belong.
    static ICON: RefCell<Option<TrayIcon>> = const { RefCell::new(None) };
}

/// Whether the icon exists. The lock serializes its changes.
#[derive(Default)]
pub(crate) struct Tray(tokio::sync::Mutex<bool>);

/// The line of a running gateway or of the HTTP service.
struct Line {
    id: String,
    text: String,
}

/// Creates the icon if its setting is on. Without a tray, it is tried again when the window is closed.
pub(crate) async fn restore<R: Runtime>(app: &AppHandle<R>) {
    if is_enabled(app).await
        && let Err(error) = create(app).await
    {
        tracing::warn!(code = error.code, "the tray icon was not created");
    }
}

/// Creates the icon unless it exists.
///
/// # Errors
/// `no_tray` if the desktop would not show it.
pub(crate) async fn create<R: Runtime>(app: &AppHandle<R>) -> Result<(), CommandError> {
    let mut exists = app.state::<Tray>().inner().0.lock().await;
    if !tray_host::is_available().await {
        return Err(CommandError::no_tray());
    }
    if *exists {
        return Ok(());
    }
    let lines = lines(app).await;
    let image = app.default_window_icon().map(|image| {
        let (width, height) = (image.width(), image.height());
        (image.rgba().to_vec(), width, height)
    });
    let handle = app.clone();
    let created = on_main_thread(app, move || {
        let mut builder = TrayIconBuilder::new()
            .with_tooltip("Keystile")
            .with_title("Keystile")
            .with_menu(Box::new(menu(&lines)?))
            .with_menu_on_left_click(false);
        if let Some((rgba, width, height)) = image {
            builder = builder.with_icon(Icon::from_rgba(rgba, width, height)?);
        }
        TrayIconEvent::set_event_handler(Some(move |event| on_icon_event(&handle, &event)));
        ICON.set(Some(builder.build()?));
        Ok::<_, Box<dyn std::error::Error>>(())
    });
    match created.await {
        Some(Ok(())) => {
            *exists = true;
            Ok(())
        }
        failed => {
            let error = failed.and_then(Result::err).unwrap_or_default();
            tracing::warn!(error, "creating the tray icon failed");
            Err(CommandError::no_tray())
        }
    }
}

/// Removes the icon if it exists.
pub(crate) async fn remove<R: Runtime>(app: &AppHandle<R>) {
    let mut exists = app.state::<Tray>().inner().0.lock().await;
    if *exists {
        *exists = false;
        on_main_thread(app, || {
            ICON.set(None);
            Ok::<_, tauri::Error>(())
        })
        .await;
    }
}

/// Keeps the menu up to date with what runs, until the program exits.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>) {
    loop {
        app.state::<Shell>().running_changed.notified().await;
        refresh(&app).await;
    }
}

/// Lists what runs now in the menu, if the icon exists.
async fn refresh<R: Runtime>(app: &AppHandle<R>) {
    let exists = app.state::<Tray>().inner().0.lock().await;
    if !*exists {
        return;
    }
    let lines = lines(app).await;
    let refreshed = on_main_thread(app, move || {
        let menu = menu(&lines)?;
        ICON.with_borrow_mut(|icon| {
            if let Some(icon) = icon {
                icon.set_menu(Some(Box::new(menu)));
            }
        });
        Ok::<_, tray_icon::menu::Error>(())
    });
    if let Some(Err(error)) = refreshed.await {
        tracing::warn!(error, "changing the menu of the tray icon failed");
    }
}

/// Returns whether the program keeps running when the window is closed: the setting is on, a gateway or the HTTP service
/// runs, and the tray can show the window again.
pub(crate) async fn keeps_running<R: Runtime>(app: &AppHandle<R>) -> bool {
    let runs = !app.state::<Gateways>().list().await.is_empty()
        || app.state::<HttpServer>().address().await.is_some();
    runs && is_enabled(app).await && create(app).await.is_ok()
}

/// Hides the window until the tray shows it again.
pub(crate) fn hide_window<R: Runtime>(app: &AppHandle<R>) {
    if window::hide(app) {
        tauri::async_runtime::spawn(show_without_host(app.clone()));
    }
}

/// Starts with a hidden window if the setting is on and the desktop shows the icon. Waits for the panel, which may start
/// after this program. Returns whether the window stays hidden.
pub(crate) async fn start_hidden<R: Runtime>(app: &AppHandle<R>) -> bool {
    if !is_enabled(app).await {
        return false;
    }
    let started = Instant::now();
    while create(app).await.is_err() {
        if started.elapsed() > LOGIN_TIMEOUT {
            return false;
        }
        tokio::time::sleep(LOGIN_POLL_INTERVAL).await;
    }
    tauri::async_runtime::spawn(show_without_host(app.clone()));
    true
}

/// Shows the hidden window when the desktop has no tray anymore.
async fn show_without_host<R: Runtime>(app: AppHandle<R>) {
    let mut missed = 0;
    while missed < MAX_MISSED_POLLS {
        tokio::time::sleep(HOST_POLL_INTERVAL).await;
        if !window::is_hidden(&app) {
            return;
        }
        missed = if tray_host::is_available().await {
            0
        } else {
            missed + 1
        };
    }
    tracing::warn!("the tray is gone; showing the window");
    window::show(&app);
}

/// Handles an item of the menu, except [`QUIT`]. Items of other menus are ignored.
pub(crate) fn on_menu_event<R: Runtime>(app: &AppHandle<R>, id: &str) {
    match id {
        OPEN => window::show(app),
        HTTP_SERVICE => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { open_http_service(&app).await });
        }
        id => {
            let ids = id.strip_prefix(GATEWAY).and_then(|ids| ids.split_once('/'));
            if let Some((project, environment)) = ids {
                let link = Link {
                    project: project.to_owned(),
                    environment: environment.to_owned(),
                    tab: Some(Tab::Gateway),
                };
                link::open(app, Ok(link));
            }
        }
    }
}

/// Shows the overview of the environment whose keys the HTTP service checked last, or the window where it is if the
/// service has checked none.
async fn open_http_service<R: Runtime>(app: &AppHandle<R>) {
    let last = app.state::<HttpServer>().last_environment().await;
    let environment = match (last, app.state::<Shell>().open_registry()) {
        (Some(id), Some(registry)) => registry.find_environment(id.as_str()).await.ok().flatten(),
        _ => None,
    };
    match environment {
        Some(environment) => {
            let link = Link {
                project: environment.project_id.to_string(),
                environment: environment.id.to_string(),
                tab: Some(Tab::Overview),
            };
            link::open(app, Ok(link));
        }
        None => window::show(app),
    }
}

fn on_icon_event<R: Runtime>(app: &AppHandle<R>, event: &TrayIconEvent) {
    if let TrayIconEvent::Click {
        button: MouseButton::Left,
        button_state: MouseButtonState::Up,
        ..
    } = event
    {
        window::show(app);
    }
}

async fn is_enabled<R: Runtime>(app: &AppHandle<R>) -> bool {
    match app.state::<Shell>().registry(app).await {
        Ok(registry) => registry
            .settings()
            .await
            .is_ok_and(|settings| settings.keep_in_tray),
        Err(_) => false,
    }
}

async fn lines<R: Runtime>(app: &AppHandle<R>) -> Vec<Line> {
    let running = app.state::<Gateways>().list().await;
    let line = |gateway: &keystile_gateway_control::RunningGateway| {
        let environment = gateway.environment();
        let text = format!("{} on {}", environment.reference(), gateway.address());
        Line {
            id: format!("{GATEWAY}{}/{}", environment.project_id, environment.id),
            // A single & would underline the next character.
            text: text.replace('&', "&&"),
        }
    };
    let http_service = app.state::<HttpServer>().address().await;
    let http_service = http_service.map(|address| Line {
        id: HTTP_SERVICE.to_owned(),
        text: format!("HTTP service on {address}"),
    });
    let gateways = running.iter().map(|gateway| line(gateway));
    gateways.chain(http_service).collect()
}

fn menu(lines: &[Line]) -> Result<Menu, tray_icon::menu::Error> {
    let menu = Menu::new();
    menu.append(&MenuItem::with_id(OPEN, "Open Keystile", true, None))?;
    menu.append(&PredefinedMenuItem::separator())?;
    for Line { id, text } in lines {
        menu.append(&MenuItem::with_id(id, text, true, None))?;
    }
    if !lines.is_empty() {
        menu.append(&PredefinedMenuItem::separator())?;
    }
    menu.append(&MenuItem::with_id(QUIT, "Quit", true, None))?;
    Ok(menu)
}

/// Runs a function on the main thread and returns its result, with the error as text; `None` if the program ends.
async fn on_main_thread<R: Runtime, E: ToString>(
    app: &AppHandle<R>,
    run: impl FnOnce() -> Result<(), E> + Send + 'static,
) -> Option<Result<(), String>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || {
        // The receiver waits until this is sent.
        let _waiting = sender.send(run().map_err(|error| error.to_string()));
    })
    .ok()?;
    receiver.await.ok()
}
