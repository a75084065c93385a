//! Looks every 50 ms whether the database file is where it was, and opens the one that is there when it was replaced.
//! Between two looks a lost file is not noticed: within 100 ms no request passes any more.

use std::sync::Arc;
use std::time::Duration;

use keystile_store::Store;

use crate::ground::Ground;
use crate::shared::Shared;

const EVERY: Duration = Duration::from_millis(50);

pub(crate) async fn watch(shared: Arc<Shared>) {
    let mut looks = tokio::time::interval(EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let ground = shared.ground.load_full();
        if ground.look() {
            continue;
        }
        let (path, directory) = (ground.store.path(), ground.store.directory());
        if !path.is_file() {
            continue;
        }
        match Store::open_existing(directory, "verifier").await {
            Ok(store) => {
                tracing::warn!("another database file is in place; everything is read again");
                let ground = Ground::new(store, shared.limits.cached_keys);
                shared.ground.store(Arc::new(ground));
            }
            Err(error) => {
                tracing::debug!(%error, "the file in place of the database cannot be used yet")
            }
        }
    }
}
