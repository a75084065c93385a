//! Keeps the memory of a server out of core files and away from other processes of the same user. Buffers of HTTP
//! requests hold keys and are not wiped.

/// Forbids core files and, on Linux, that other processes of the same user read the memory of this one.
///
/// Call it before the first key or secret is read. A system that refuses is logged, and the server goes on. On Linux
/// only root can then see which files and ports the process has open.
pub fn forbid_memory_dumps() {
    forbid_core_files();
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%error, "reading the memory of this process was not forbidden");
    }
}

/// Forbids core files of this process and of the processes that it starts.
pub fn forbid_core_files() {
    #[cfg(unix)]
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0) {
        tracing::warn!(%error, "core files were not forbidden");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::forbid_memory_dumps;

    #[test]
    fn memory_can_neither_be_dumped_nor_read() {
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
