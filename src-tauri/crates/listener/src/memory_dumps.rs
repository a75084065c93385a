//! Keeps the memory of a server out of core files and away from other processes of the same user, because buffers of
//! HTTP requests contain keys and are not wiped.

/// Forbids core files and, on Linux, reading the memory of this process by other processes of the same user.
///
/// Call it before the first key or secret is read. Errors are only logged. On Linux, only root can then list the open
/// files and ports of the process.
pub fn forbid_memory_dumps() {
    forbid_core_files();
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%error, "cannot protect the memory of this process");
    }
}

/// Forbids core files of this process and of the processes that it starts.
pub fn forbid_core_files() {
    #[cfg(unix)]
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0) {
        tracing::warn!(%error, "cannot disable core files");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::forbid_memory_dumps;

    #[test]
    fn forbid_memory_dumps_disables_dumps_and_core_files() {
        forbid_memory_dumps();
        assert_eq!(
            dumpable_behavior().ok(),
            Some(DumpableBehavior::NotDumpable),
            "another program of the same user must not read keys"
        );
        assert_eq!(
            rlimit::getrlimit(rlimit::Resource::CORE).ok(),
            Some((0, 0)),
            "a crash must not write keys to a file"
        );
    }
}
