//! Measures the start: if `KEYSTILE_READY_FILE` is set, that file is created when the window has drawn its first
//! screen. An existing file is not overwritten.

pub(crate) fn create() {
    if let Some(path) = std::env::var_os("KEYSTILE_READY_FILE")
        && let Err(error) = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
    {
        tracing::warn!(%error, "creating KEYSTILE_READY_FILE failed");
    }
}
