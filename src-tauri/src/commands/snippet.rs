//! Commands about texts for elsewhere: a proxy's configuration, and a curl command. Neither holds a key. They are copied
//! here, because the window may not touch the clipboard.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::dev::curl_command;
use keystile_service::{Snippet, snippet};
use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::Failure;
use crate::shell::Shell;
use crate::view::Proxy;

/// Where `keystile serve` answers unless it is told otherwise.
const SERVICE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7878);
/// What the snippet names while the environment has no endpoint.
const SOME_API: &str = "127.0.0.1:8000";
/// Where the proxy of the snippet answers, until somebody writes another address into it.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

async fn text<R: Runtime>(
    app: &AppHandle<R>,
    shell: &Shell,
    environment_id: &str,
    proxy: Proxy,
) -> Result<String, Failure> {
    let id = id(environment_id, "environment")?;
    let environment = shell
        .registry(app)
        .await?
        .show_gateway(&id)
        .await?
        .environment;
    Ok(snippet(&Snippet {
        proxy: proxy.into(),
        // By its id, which stays when it is renamed and which every proxy can be told.
        environment: environment.id.as_str(),
        name: &format!("{}/{}", environment.project_name, environment.name),
        key_location: &environment.key_location,
        service: SERVICE.into(),
        upstream: environment.endpoint.as_deref().unwrap_or(SOME_API),
        listen: LISTEN,
        server_name: None,
        location_only: false,
    })?)
}

#[tauri::command]
pub(crate) async fn proxy_snippet<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    proxy: Proxy,
) -> Result<String, Failure> {
    text(&app, &shell, &environment_id, proxy).await
}

#[tauri::command]
pub(crate) async fn copy_snippet<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    proxy: Proxy,
) -> Result<(), Failure> {
    let text = text(&app, &shell, &environment_id, proxy).await?;
    Ok(shell.registry(&app).await?.copy_text(text).await?)
}

#[tauri::command]
pub(crate) async fn copy_curl<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
) -> Result<(), Failure> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let gateway = registry.show_gateway(&id).await?;
    let command = curl_command(&gateway.address()?, &gateway.environment.key_location);
    Ok(registry.copy_text(command).await?)
}
