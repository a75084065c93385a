//! Start and what follows it: the first screen's data, the channel of changes, and the notices.

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, State, Window};

use super::id;
use crate::error::Failure;
use crate::gateways::Gateways;
use crate::shell::Shell;
use crate::start_trace;
use crate::used;
use crate::view::{Change, ClipboardHold, Notice, Project, ProjectEnvironments, Start, Trial};

#[tauri::command]
pub(crate) async fn start<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    last_project: Option<String>,
) -> Result<Start, Failure> {
    let registry = shell.registry(&app).await?;
    let projects: Vec<_> = registry.list_projects().await?;
    // A hint of the window, which may name a project that is gone by now.
    let shown = projects
        .iter()
        .find(|project| Some(project.id.as_str()) == last_project.as_deref())
        .or(projects.first());
    // A list that cannot be read is asked for again by the window, which shows why in the list's place.
    let first = match shown {
        Some(project) => match registry.list_environments(&project.id).await {
            Ok(environments) => Some(ProjectEnvironments {
                project_id: project.id.to_string(),
                environments: used::environments(&registry, &project.id, environments).await,
            }),
            Err(_) => None,
        },
        None => None,
    };
    Ok(Start {
        settings: registry.settings().await?.into(),
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
        clipboard: registry.clipboard_state().map(ClipboardHold::from),
        gateways: gateways.running().await,
        offers: gateways.offers(registry.list_gateways().await?).await,
        trial: registry.trial(window.label()).map(Trial::from),
        version: app.package_info().version.to_string(),
        database_path: registry.store().path().display().to_string(),
        keychain_name: registry.keychain().name().to_owned(),
    })
}

/// The window calls this when its first screen is drawn.
#[tauri::command]
pub(crate) fn watch<R: Runtime>(app: AppHandle<R>, channel: Channel<Change>) {
    app.state::<Shell>().listen(channel);
    start_trace::first_screen_drawn();
}

#[tauri::command]
pub(crate) async fn list_notices<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<Vec<Notice>, Failure> {
    let notices = shell.registry(&app).await?.list_notices().await?;
    Ok(notices.into_iter().map(Notice::from).collect())
}

#[tauri::command]
pub(crate) async fn acknowledge_notice<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<(), Failure> {
    Ok(shell
        .registry(&app)
        .await?
        .acknowledge_notice(id(&key_id, "key")?)
        .await?)
}
