//! The macOS menu. Tauri's default Quit ends the program without confirmation; this one behaves like closing the
//! window. Edit is needed for Copy and Paste in text fields.

use tauri::menu::{Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Builder, Runtime};

use crate::quit;

const QUIT: &str = "quit";

pub(crate) fn install<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.menu(menu).on_menu_event(|app, event| {
        if event.id() == QUIT {
            quit::request(app.clone());
        }
    })
}

fn menu<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let quit = MenuItem::with_id(app, QUIT, "Quit Keystile", true, Some("CmdOrCtrl+Q"))?;
    let program = Submenu::with_items(
        app,
        "Keystile",
        true,
        &[
            &PredefinedMenuItem::hide(app, None)?,
            &PredefinedMenuItem::hide_others(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            &quit,
        ],
    )?;
    let edit = Submenu::with_items(
        app,
        "Edit",
        true,
        &[
            &PredefinedMenuItem::undo(app, None)?,
            &PredefinedMenuItem::redo(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            &PredefinedMenuItem::cut(app, None)?,
            &PredefinedMenuItem::copy(app, None)?,
            &PredefinedMenuItem::paste(app, None)?,
            &PredefinedMenuItem::select_all(app, None)?,
        ],
    )?;
    Menu::with_items(app, &[&program, &edit])
}
