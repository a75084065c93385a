//! For measuring the start: when `KEYSTILE_READY_FILE` is set, that file appears the moment the window reports its first
//! screen. Nothing else reads the variable.

/// The first screen has been drawn.
pub(crate) fn first_screen_drawn() {
    if let Some(path) = std::env::var_os("KEYSTILE_READY_FILE")
        && let Err(error) = std::fs::write(&path, b"")
    {
        tracing::warn!(%error, "KEYSTILE_READY_FILE");
    }
}
