//! Watches whether the database file is in place, and opens the one that replaces it. Within 100 ms of its loss no
//! request is accepted. Also remembers the latest time of the store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keystile_store::Store;

use crate::shared::Shared;
use crate::state::VerifierState;

const CHECK_INTERVAL: Duration = Duration::from_millis(50);

pub(crate) async fn run(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(CHECK_INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let state = shared.state.load_full();
        // Also without requests, so that an expired key stays expired when the clock is set back.
        let latest_time = state.store.latest_time();
        let now = shared.clock.now();
        latest_time.observe(now);
        latest_time.write_if_due(now);
        if state.check_file() {
            continue;
        }
        let directory = state.store.directory();
        if !state.store.path().is_some_and(Path::is_file) {
            continue;
        }
        match Store::open_existing(directory, "verifier").await {
            Ok(store) => {
                tracing::warn!("database file was replaced, dropping caches");
                store.latest_time().observe(latest_time.get());
                let state = VerifierState::new(store, &shared.limits);
                shared.state.store(Arc::new(state));
            }
            Err(error) => {
                tracing::debug!(%error, "opening the new database file failed");
            }
        }
    }
}
