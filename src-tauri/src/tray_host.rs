//! Whether the desktop shows tray icons. macOS and Windows always do; on Linux, a StatusNotifierHost does, such as the
//! panels of KDE and Xfce, or an extension of GNOME.

#[cfg(target_os = "linux")]
pub(crate) async fn is_available() -> bool {
    let response = tokio::time::timeout(RESPONSE_TIMEOUT, is_host_registered()).await;
    matches!(response, Ok(Ok(true)))
}

#[cfg(not(target_os = "linux"))]
pub(crate) async fn is_available() -> bool {
    true
}

/// A panel that does not respond would not show the icon.
#[cfg(target_os = "linux")]
const RESPONSE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);

/// One for all checks: while the window is hidden there is one every few seconds.
#[cfg(target_os = "linux")]
static CONNECTION: tokio::sync::OnceCell<zbus::Connection> = tokio::sync::OnceCell::const_new();

#[cfg(target_os = "linux")]
async fn is_host_registered() -> zbus::Result<bool> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let connection = CONNECTION
        .get_or_try_init(zbus::Connection::session)
        .await?;
    let watcher: zbus::Proxy<'_> = zbus::proxy::Builder::new(connection)
        .destination(WATCHER)?
        .path("/StatusNotifierWatcher")?
        .interface(WATCHER)?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    watcher.get_property("IsStatusNotifierHostRegistered").await
}
