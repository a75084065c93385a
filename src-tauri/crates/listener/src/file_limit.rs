//! The limit of open files, and the connection limit derived from it. Some files stay reserved for the program itself.

/// Files that are reserved for the program.
const RESERVED_FILES: u64 = 64;
/// The default soft limit of most systems.
const DEFAULT_FILE_LIMIT: u64 = 1_024;

/// Raises the soft limit of open files of this process to the maximum, and returns it.
pub fn raise_file_limit() -> u64 {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => limit,
        Err(error) => {
            tracing::warn!(%error, "cannot raise the limit of open files");
            DEFAULT_FILE_LIMIT
        }
    }
}

/// Returns how many of `wanted` connections may be open. Each may need a second file for its upstream connection.
pub fn connection_limit(wanted: usize) -> usize {
    let connections = file_limit().saturating_sub(RESERVED_FILES) / 2;
    usize::try_from(connections)
        .unwrap_or(usize::MAX)
        .clamp(1, wanted.max(1))
}

#[cfg(unix)]
fn file_limit() -> u64 {
    rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(DEFAULT_FILE_LIMIT, |(soft, _hard)| soft)
}

/// Windows limits handles by memory, not by a number.
#[cfg(not(unix))]
fn file_limit() -> u64 {
    u64::from(u16::MAX)
}
