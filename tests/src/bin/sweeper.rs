//! Another Keystile process, as small as can be: opens the store in the folder it is given and sweeps in a loop until it
//! is ended. Started by the journeys about sleeping and dead programs. It issues nothing and shows nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{NoClipboard, Registry};
use keystile_store::Store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("the folder of the store is missing")?;
    let store = Store::open(&folder, "sweeper").await?;
    let registry = Registry::new(
        store,
        Keychain::system(),
        Arc::new(NoClipboard),
        Clock::system(),
    );
    loop {
        registry.sweep().await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
