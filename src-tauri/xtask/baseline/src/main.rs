//! Opens a window with an empty page and creates the ready file when the page is loaded, or, with
//! `BASELINE_WAIT_FOR_FRAMES`, when its second frame starts, as Keystile does.

use tauri::webview::{PageLoadEvent, WebviewWindowBuilder};

/// Keystile waits for two frames after its list is in the document.
const TWO_FRAMES: &str =
    "requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'drawn'; }))";

fn main() -> tauri::Result<()> {
    let wait_for_frames = std::env::var_os("BASELINE_WAIT_FOR_FRAMES").is_some();
    tauri::Builder::default()
        .on_page_load(move |webview, page| {
            if page.event() != PageLoadEvent::Finished {
                return;
            }
            if !wait_for_frames {
                create_ready_file();
            } else if let Err(error) = webview.eval(TWO_FRAMES) {
                eprintln!("{error}");
            }
        })
        .setup(|app| {
            let config = &app.config().app.windows[0];
            WebviewWindowBuilder::from_config(app, config)?
                .on_document_title_changed(|_, title| {
                    if title == "drawn" {
                        create_ready_file();
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

fn create_ready_file() {
    if let Some(path) = std::env::var_os("KEYSTILE_READY_FILE") {
        let _ = std::fs::File::create(path);
    }
}
