//! How a verb that runs on is told to stop: Ctrl+C, SIGTERM, or SIGHUP when its terminal is closed. A SIGHUP that the
//! process was started to ignore, as by nohup, stays ignored.

/// Returns at the first of them. A signal that cannot be listened for never comes.
pub(crate) async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                () = hangup() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn hangup() {
    use tokio::signal::unix::{SignalKind, signal};
    if !hangup_is_ignored()
        && let Ok(mut hangup) = signal(SignalKind::hangup())
    {
        hangup.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

/// Reads it from Linux's `/proc/self/status`: asking by `sigaction` needs unsafe code. Where it is not known, SIGHUP keeps
/// its default action.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return true;
    };
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    ignored.is_none_or(|mask| mask & 1 == 1)
}
