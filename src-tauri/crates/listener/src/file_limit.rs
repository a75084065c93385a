//! The limit of open files, and how many connections fit below it. Files that the program itself needs (its database, its
//! log, the window) stay available however many clients connect.

/// Files that connections never use.
const RESERVED_FILES: u64 = 64;
/// What most systems allow a process that has not asked for more.
const DEFAULT_FILE_LIMIT: u64 = 1_024;

/// Raises the soft limit of open files of this process as far as the system allows, and returns the limit.
pub fn raise_file_limit() -> u64 {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => limit,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files was not raised");
            DEFAULT_FILE_LIMIT
        }
    }
}

/// Returns how many of `wanted` connections may be open at once. Each may need a second file, for the upstream.
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

/// Windows limits handles by memory, not by a number that a process could read here.
#[cfg(not(unix))]
fn file_limit() -> u64 {
    u64::from(u16::MAX)
}
