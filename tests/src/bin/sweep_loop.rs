//! Opens the store whose directory is the argument and sweeps it every 300 ms until it is killed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{NoClipboard, Registry};
use keystile_store::Store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = std::env::args_os().nth(1).map(PathBuf::from);
    let store = store.ok_or("usage: sweep_loop STORE")?;
    let store = Store::open(&store, "sweep_loop").await?;
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
