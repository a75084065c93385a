//! Rotates a key of a store again and again, with an overlap of an hour, until the process is killed. Prints each new key
//! when it is issued, and `copied` once it was copied. The arguments are the address of the store and the id of the key.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId};
use keystile_registry::{Registry, RotateRequest};
use keystile_tests::memory_clipboard::MemoryClipboard;
use keystile_tests::store_argument::open_store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let store = arguments.next();
    let store = store.ok_or("usage: rotate_key STORE KEY")?;
    let key = arguments.next().and_then(|text| text.into_string().ok());
    let key_id: KeyId = key.ok_or("usage: rotate_key STORE KEY")?.parse()?;
    let store = open_store(store, "rotate_key").await?;
    let keychain = Keychain::with_opener(|| Err(keyring_core::Error::NoDefaultStore));
    let clipboard = Arc::new(MemoryClipboard::default());
    let registry = Registry::new(store, keychain, clipboard, Clock::system());
    let mut output = std::io::stdout();
    for number in 0.. {
        let request = RotateRequest {
            key_id,
            overlap: Duration::from_secs(3_600),
            idempotency_key: format!("{}-{number}", std::process::id()),
        };
        let prompt = registry.rotate_key("main", &request, None).await?;
        let text = prompt.plain.ok_or("the prompt has no key")?;
        writeln!(output, "{}", *text)?;
        output.flush()?;
        // So that some kills come between the rotation and its copy.
        tokio::time::sleep(Duration::from_millis(20)).await;
        registry.copy("main", &prompt.ticket).await?;
        writeln!(output, "copied")?;
        output.flush()?;
        registry.close("main", &prompt.ticket).await?;
    }
    Ok(())
}
