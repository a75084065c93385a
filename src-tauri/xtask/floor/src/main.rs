//! Opens one window with an empty page and says when it is loaded, or, if asked, when its second frame begins: the
//! moment at which Keystile says that its first screen is drawn. Started by `cargo xtask bench desktop` only. It has no
//! command, no plugin and no state, and gets none.

use tauri::webview::{PageLoadEvent, WebviewWindowBuilder};

/// What Keystile waits for after its list is in the document.
const TWO_FRAMES: &str =
    "requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'drawn'; }))";

fn main() -> tauri::Result<()> {
    let waits_for_frames = std::env::var_os("FLOOR_WAITS_FOR_FRAMES").is_some();
    tauri::Builder::default()
        .on_page_load(move |webview, page| {
            if page.event() != PageLoadEvent::Finished {
                return;
            }
            if !waits_for_frames {
                give_sign();
            } else if let Err(error) = webview.eval(TWO_FRAMES) {
                eprintln!("{error}");
            }
        })
        .setup(|app| {
            let config = &app.config().app.windows[0];
            WebviewWindowBuilder::from_config(app, config)?
                .on_document_title_changed(|_, title| {
                    if title == "drawn" {
                        give_sign();
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

fn give_sign() {
    if let Some(sign) = std::env::var_os("KEYSTILE_READY_FILE") {
        let _ = std::fs::File::create(sign);
    }
}
