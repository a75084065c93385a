//! For measuring the start: when `KEYSTILE_READY_FILE` is set, that file is made (never overwritten) the moment the window reports its first
//! screen. Nothing else reads the variable.

/// The first screen has been drawn.
pub(crate) fn first_screen_drawn() {
    if let Some(path) = std::env::var_os("KEYSTILE_READY_FILE")
        && let Err(error) = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
    {
        tracing::warn!(%error, "KEYSTILE_READY_FILE");
    }
}
