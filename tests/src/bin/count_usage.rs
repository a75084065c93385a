//! Verifies one key and counts its use every 10 ms until the process is killed. Arguments: the store's address and
//! the current time in milliseconds since 1970. Reads the key from standard input.

use std::time::Duration;

use keystile_keys::{Permission, Timestamp};
use keystile_tests::store_argument::open_store;
use keystile_verifier::Verifier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let store = args.next();
    let store = store.ok_or("usage: count_usage STORE MILLISECONDS")?;
    let now = args.next().ok_or("usage: count_usage STORE MILLISECONDS")?;
    let now = Timestamp::from_millis(now.to_string_lossy().parse()?);
    let key = std::io::read_to_string(std::io::stdin())?;
    let store = open_store(store, "verifier").await?;
    let verifier = Verifier::builder().open_store(store).await?;
    loop {
        let verification = verifier.identify(&key, now).await?;
        if !verification.is_accepted() {
            return Err("the key must be valid".into());
        }
        verifier.record(&verification, Permission::Read, None, now);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
