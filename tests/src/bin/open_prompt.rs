//! Issues a key in the store whose address is the argument, prints the key's id, and keeps the one-time prompt open
//! until the process is killed.

use std::io::Write;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, Permissions, Stage};
use keystile_registry::{EnvironmentInput, IssueRequest, NoClipboard, Registry};
use keystile_tests::store_argument::open_store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = std::env::args_os().nth(1);
    let store = store.ok_or("usage: open_prompt STORE")?;
    let store = open_store(store, "open_prompt").await?;
    let keychain = Keychain::with_opener(|| Err(keyring_core::Error::NoDefaultStore));
    let registry = Registry::new(store, keychain, Arc::new(NoClipboard), Clock::system());
    let environment = EnvironmentInput {
        name: "staging".to_owned(),
        stage: Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: None,
        default_days: None,
        max_days: None,
    };
    let created = registry
        .create_project("Acme Shop", Some(&environment))
        .await?;
    let environment = created.environment.ok_or("the environment is missing")?;
    let request = IssueRequest::new(
        environment.id,
        "ci-writer",
        Permissions::READ,
        "open_prompt",
    );
    let prompt = registry.issue("main", &request).await?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", prompt.key.id)?;
    output.flush()?;
    std::future::pending().await
}
