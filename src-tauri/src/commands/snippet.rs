//! Commands for proxy configurations and curl commands, which contain no key. They are copied here because the window
//! has no access to the clipboard.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::dev::curl_command;
use keystile_service::{Proxy, Snippet, snippet};
use tauri::{AppHandle, Manager, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::http_service::HttpServer;
use crate::shell::Shell;

/// The upstream if the environment has no endpoint.
const EXAMPLE_UPSTREAM: &str = "127.0.0.1:8000";
/// The address that the proxy listens on.
const PROXY_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The maximum length of a copied text, in bytes.
const MAX_TEXT_LENGTH: usize = 1024 * 1024;

async fn proxy_configuration<R: Runtime>(
    app: &AppHandle<R>,
    shell: &Shell,
    environment_id: &str,
    proxy: Proxy,
) -> Result<String, CommandError> {
    let id = id(environment_id, "environment")?;
    let registry = shell.registry(app).await?;
    let environment = registry.show_gateway(&id).await?.environment;
    let service = app.state::<HttpServer>().next_address(&registry).await?;
    Ok(snippet(&Snippet {
        proxy,
        // The id survives renames and is valid in every proxy's configuration.
        environment: environment.id.as_str(),
        name: &environment.reference(),
        key_location: &environment.key_location,
        service: service.into(),
        upstream: environment.endpoint.as_deref().unwrap_or(EXAMPLE_UPSTREAM),
        listen: PROXY_ADDRESS,
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
) -> Result<String, CommandError> {
    proxy_configuration(&app, &shell, &environment_id, proxy).await
}

#[tauri::command]
pub(crate) async fn copy_snippet<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    proxy: Proxy,
) -> Result<(), CommandError> {
    let text = proxy_configuration(&app, &shell, &environment_id, proxy).await?;
    Ok(shell.registry(&app).await?.copy_text(text).await?)
}

/// Copies text of the window that is not a key, such as a code sample.
#[tauri::command]
pub(crate) async fn copy_text<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    text: String,
) -> Result<(), CommandError> {
    if text.len() > MAX_TEXT_LENGTH {
        return Err(CommandError::text_too_long());
    }
    Ok(shell.registry(&app).await?.copy_text(text).await?)
}

#[tauri::command]
pub(crate) async fn copy_curl<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
) -> Result<(), CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let gateway = registry.show_gateway(&id).await?;
    let command = curl_command(&gateway.address()?, &gateway.environment.key_location);
    Ok(registry.copy_text(command).await?)
}
