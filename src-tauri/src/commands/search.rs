//! Commands that find keys in all projects.

use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;

use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{FoundKey, IdentifiedKey};
use crate::with_usage;

#[tauri::command]
pub(crate) async fn search_keys<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    text: String,
) -> Result<Vec<FoundKey>, CommandError> {
    // A key may have been typed into the search.
    let text = Zeroizing::new(text);
    let found = shell.registry(&app).await?.search_keys(&text).await?;
    Ok(found.into_iter().map(FoundKey::from).collect())
}

/// Returns the key whose id is in a pasted text. The text is wiped and appears in no result.
#[tauri::command]
pub(crate) async fn identify_text<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    text: String,
) -> Result<Option<IdentifiedKey>, CommandError> {
    let text = Zeroizing::new(text);
    let registry = shell.registry(&app).await?;
    let Some(identified) = registry.identify_key(&text).await? else {
        return Ok(None);
    };
    let found = FoundKey::from(identified.key.clone());
    let with_usage = with_usage::key(&registry, identified.key).await;
    Ok(Some(IdentifiedKey {
        key: found,
        last_used_at: with_usage.last_used_at,
        form: identified.form,
    }))
}
