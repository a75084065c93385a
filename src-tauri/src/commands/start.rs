//! Commands of the window's start: the first screen's data, the event subscription, and the notices.

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, State, Window};

use super::id;
use crate::error::CommandError;
use crate::gateways::Gateways;
use crate::http_service::HttpServer;
use crate::link::WaitingLink;
use crate::log;
use crate::ready_file;
use crate::shell::Shell;
use crate::view::{AppEvent, ClipboardState, Notice, Project, ProjectEnvironments, Start, Trial};
use crate::with_usage;
use crate::zoom;

#[tauri::command]
pub(crate) async fn start<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    link: State<'_, WaitingLink>,
    http_service: State<'_, HttpServer>,
    last_project: Option<String>,
) -> Result<Start, CommandError> {
    let registry = shell.registry(&app).await?;
    let projects: Vec<_> = registry.list_projects().await?;
    // The project may have been deleted.
    let selected = projects
        .iter()
        .find(|project| Some(project.id.as_str()) == last_project.as_deref())
        .or(projects.first());
    // If the list cannot be read, the window requests it again and shows the error.
    let first = match selected {
        Some(project) => match registry.list_environments(&project.id).await {
            Ok(environments) => Some(ProjectEnvironments {
                project_id: project.id.to_string(),
                environments: with_usage::environments(&registry, &project.id, environments).await,
            }),
            Err(_) => None,
        },
        None => None,
    };
    let settings = registry.settings().await?;
    // Before the first screen is drawn.
    zoom::apply(&app, settings.zoom);
    Ok(Start {
        settings: settings.into(),
        projects: projects.into_iter().map(Project::from).collect(),
        first,
        notices: registry
            .list_notices()
            .await?
            .into_iter()
            .map(Notice::from)
            .collect(),
        prompt: registry
            .open_prompt(window.label())
            .map(|ticket| ticket.as_str().to_owned()),
        clipboard: registry.clipboard_state().map(ClipboardState::from),
        gateways: gateways.running().await,
        restorable: gateways.restorable(registry.list_gateways().await?).await,
        has_link: link.is_some(),
        http_service: http_service.view(&registry).await?,
        trial: registry.trial(window.label()).map(Trial::from),
        version: app.package_info().version.to_string(),
        log_path: app
            .path()
            .app_log_dir()
            .ok()
            .map(|folder| log::file(&folder).display().to_string()),
        data_folder: registry.store().directory().display().to_string(),
        keychain_name: registry.keychain().name().to_owned(),
    })
}

/// Subscribes the window to events. It calls this after drawing its first screen.
#[tauri::command]
pub(crate) fn subscribe<R: Runtime>(app: AppHandle<R>, channel: Channel<AppEvent>) {
    let shell = app.state::<Shell>();
    shell.subscribe(channel);
    if app.state::<WaitingLink>().is_some() {
        shell.emit(AppEvent::Link);
    }
    ready_file::create();
}

#[tauri::command]
pub(crate) async fn list_notices<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<Vec<Notice>, CommandError> {
    let notices = shell.registry(&app).await?.list_notices().await?;
    Ok(notices.into_iter().map(Notice::from).collect())
}

#[tauri::command]
pub(crate) async fn acknowledge_notice<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<(), CommandError> {
    Ok(shell
        .registry(&app)
        .await?
        .acknowledge_notice(id(&key_id, "key")?)
        .await?)
}
