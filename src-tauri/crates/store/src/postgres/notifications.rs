//! Notifications of commits (`LISTEN`). They only make other programs look earlier: nothing depends on their arrival.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The channel on which each commit is announced.
pub(crate) const CHANNEL: &str = "keystile";
const RECONNECT_INTERVAL: Duration = Duration::from_millis(500);

/// Listens for commits of any program until it is dropped.
#[derive(Debug)]
pub struct CommitListener {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    notified: Notify,
    is_listening: AtomicBool,
}

impl CommitListener {
    pub(crate) fn start(options: &PgConnectOptions) -> Self {
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(listen(options.clone(), Arc::clone(&shared)));
        Self { shared, task }
    }

    /// Waits until there was a commit since the last call.
    pub async fn notified(&self) {
        self.shared.notified.notified().await;
    }

    /// Returns whether commits are announced at the moment.
    pub fn is_listening(&self) -> bool {
        self.shared.is_listening.load(Ordering::Relaxed)
    }
}

impl Drop for CommitListener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(options: PgConnectOptions, shared: Arc<Shared>) {
    loop {
        if let Err(error) = listen_once(options.clone(), &shared).await {
            tracing::debug!(%error, "listening for commits failed, connecting again");
        }
        shared.is_listening.store(false, Ordering::Relaxed);
        tokio::time::sleep(RECONNECT_INTERVAL).await;
    }
}

async fn listen_once(options: PgConnectOptions, shared: &Shared) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    shared.is_listening.store(true, Ordering::Relaxed);
    // Commits before LISTEN were not announced.
    shared.notified.notify_one();
    while listener.try_recv().await?.is_some() {
        shared.notified.notify_one();
    }
    Ok(())
}
