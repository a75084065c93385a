//! Opens one window with an empty page and says when it is loaded.
//! Started by `cargo xtask bench desktop` only. It has no command, no plugin and no state, and gets none.

use tauri::webview::PageLoadEvent;

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .on_page_load(|_, page| {
            if page.event() == PageLoadEvent::Finished
                && let Some(sign) = std::env::var_os("KEYSTILE_READY_FILE")
            {
                let _ = std::fs::File::create(sign);
            }
        })
        .run(tauri::generate_context!())
}
