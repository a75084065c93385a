//! Commands for the HTTP service of this process.

use tauri::{AppHandle, Runtime};

use crate::error::CommandError;
use crate::http_service;
use crate::view::HttpServiceState;

/// `port: null` starts it on the stored port.
#[tauri::command]
pub(crate) async fn start_http_service<R: Runtime>(
    app: AppHandle<R>,
    port: Option<u16>,
) -> Result<HttpServiceState, CommandError> {
    http_service::start(&app, port).await
}

#[tauri::command]
pub(crate) async fn stop_http_service<R: Runtime>(
    app: AppHandle<R>,
) -> Result<HttpServiceState, CommandError> {
    http_service::stop(&app).await
}
