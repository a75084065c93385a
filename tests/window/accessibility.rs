//! Every screen and state, light and dark, at the three sizes, is looked at; and the whole mission by the keyboard alone.

use keystile_tests::clipboard::Selection;
use keystile_tests::database::Database;
use keystile_tests::hands::key;
use keystile_tests::processes::signal;
use keystile_tests::{Broken, Desk, Journey, Keyring, Window, until};
use rustix::process::Signal;
use serde_json::json;

use crate::inspection::Look;

/// The theme is what Settings would set; everything else is pressed.
fn every_state(theme: &str) -> Journey {
    let mut desk = Desk::with(Keyring::Absent)?;
    let _no_keyring = desk.take_keyring();
    let mut wrong = start_failure(theme)?;
    let window = Window::open(&desk)?;
    let settings =
        json!({ "settings": { "theme": theme, "clipboardSeconds": 45, "singleKeys": true } });
    window
        .invoke("change_settings", &settings)?
        .map_err(Broken::new)?;
    window.reload()?;
    let mut look = Look::new(&window)?;
    look.proves_to_find()?;
    look.at("first-run")?;
    window.press("button", "Create environment")?;
    window.wait_text("Enter")?;
    look.at("first-run-refused")?;
    window.create_first_environment("Acme Shop", "staging")?;
    look.at("keys-empty")?;
    window.press("tab", "Overview")?;
    look.at("overview-not-active")?;
    window.press("tab", "API Keys")?;
    prompt(&window, &mut look)?;
    keychain(&desk, &window, &mut look)?;
    list(&window, &mut look)?;
    gateway(&window, &mut look)?;
    environments(&window, &mut look)?;
    settings_and_rest(&window, &mut look)?;

    // A program killed with its prompt open leaves the notice to look at.
    window.press("button", "API Keys")?;
    window.create_key("lost")?;
    signal(window.process(), Signal::KILL)?;
    until("the program ended", || Ok(window.has_ended().then_some(())))?;
    wrong.append(&mut look.into_wrong());
    drop(window);
    let window = Window::open(&desk)?;
    let mut look = Look::new(&window)?;
    window.wait_text("was never copied and has been revoked")?;
    look.at("notice")?;
    wrong.append(&mut look.into_wrong());
    assert!(
        wrong.is_empty(),
        "every state is accessible and fits, {theme}:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

/// Without a database there are no settings: the theme is the hint a start before has left.
fn start_failure(theme: &str) -> Journey<Vec<String>> {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    let settings =
        json!({ "settings": { "theme": theme, "clipboardSeconds": 45, "singleKeys": true } });
    window
        .invoke("change_settings", &settings)?
        .map_err(Broken::new)?;
    window.reload()?;
    signal(window.process(), Signal::KILL)?;
    until("the program ended", || Ok(window.has_ended().then_some(())))?;
    drop(window);
    std::fs::write(desk.database(), "somebody's diary ".repeat(500))?;
    let window = Window::open(&desk)?;
    window.find("heading", "Keystile could not start")?;
    let mut look = Look::new(&window)?;
    look.at("start-failure")?;
    Ok(look.into_wrong())
}

fn prompt(window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    window.press("button", "New")?;
    window.find("dialog", "New API key")?;
    look.at("new-key")?;
    window.press("button", "Create")?;
    until("the name was refused", || {
        let field = window.find("textbox", "API Key Name")?;
        Ok((window.property(&field, "ariaInvalid")? == json!("true")).then_some(()))
    })?;
    look.at("new-key-refused")?;
    window.fill("API Key Name", "ci-writer")?;
    window.press("checkbox", "Write")?;
    window.press("button", "Create")?;
    window.shown()?;
    look.at("prompt")?;
    look.prompt_fits()?;
    window.keys(&[], &[key::ESCAPE])?;
    look.at("prompt-reason")?;
    window.press("button", "Save to system keychain")?;
    window.wait_said("Start or install one")?;
    look.at("prompt-not-saved")?;
    look.prompt_fits()?;
    window.press("button", "Discard key")?;
    look.at("prompt-discard")?;
    window.press("button", "Keep key")?;
    window.copy()?;
    look.at("prompt-copied")?;
    look.prompt_fits()?;
    window.press("button", "Discard key")?;
    look.at("prompt-copied-discard")?;
    window.press("button", "Keep key")
}

/// From the open prompt to a list whose key is no longer in the keychain.
fn keychain(desk: &Desk, window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    let _while_here = desk.keyring_process(true)?;
    window.press("button", "Save to system keychain")?;
    window.wait_said("Saved in")?;
    look.at("prompt-saved")?;
    look.prompt_fits()?;
    window.close()?;
    window.find("img", "In system keychain")?;
    look.at("keys-keychain")?;
    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Remove from keychain")?;
    window.find("alertdialog", "Remove ci-writer from Secret Service?")?;
    look.at("remove-from-keychain")?;
    window.press("button", "Remove from keychain")?;
    window.wait_text("ci-writer removed from")
}

fn gateway(window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    window.press("tab", "Gateway")?;
    window.find("button", "Use a sample API")?;
    look.at("gateway-nothing-behind")?;
    window.press("button", "Use a sample API")?;
    window.press("button", "Start gateway")?;
    window.find("button", "Stop gateway")?;
    window.press("button", "Add rule")?;
    window.fill("Path of rule 1", "products")?;
    window.keys(&[], &[key::ENTER])?;
    window.wait_text("This is not a rule")?;
    look.at("gateway-rule-refused")?;
    window.press("tab", "Playground")?;
    window.fill("Path", "/products")?;
    window.press("button", "Send")?;
    window.wait_text("401 Unauthorized")?;
    look.at("playground-refused")?;
    window.press("tab", "Gateway")?;
    window.wait_text("refused: no key")?;
    look.at("gateway-decided")?;
    window.press("tab", "API Keys")
}

fn list(window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    window.row("ci-writer")?;
    look.at("keys")?;
    window.keys(&[], &["/", "w", "r"])?;
    window.find("button", "Clear search")?;
    look.at("keys-found")?;
    window.keys(&[], &["z", "z"])?;
    window.wait_text("No key matches")?;
    look.at("keys-not-found")?;
    window.press("button", "Clear search")?;
    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Disable")?;
    window.press("button", "Disabled 1")?;
    look.at("keys-disabled")?;
    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Enable")?;
    window.press("button", "Live 1")?;
    window.press("button", "Actions for ci-writer")?;
    window.find("menuitem", "Revoke")?;
    look.at_first_size("key-menu")?;
    window.press("menuitem", "Revoke")?;
    window.find("alertdialog", "Revoke ci-writer?")?;
    look.at("revoke")?;
    window.press("button", "Revoke key")?;
    window.wait_text("ci-writer was revoked.")?;
    look.at("keys-ended")?;
    window.press("button", "All 1")?;
    window.row("ci-writer")?;
    look.at("keys-all")?;
    let shown = window.create_key("reader")?;
    window
        .invoke(
            "revoke_key",
            &json!({ "keyId": shown.key_id, "confirmation": null }),
        )?
        .map_err(Broken::new)?;
    window.wait_text("This key has been revoked.")?;
    look.at("prompt-revoked")?;
    window.close()?;
    window.press("tab", "Overview")?;
    look.at("overview-active")
}

fn environments(window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    window.press("link", "Environments")?;
    window.find("heading", "Environments")?;
    window.press("button", "New environment")?;
    window.find("dialog", "New environment")?;
    window.fill("Environment name", "production")?;
    window.fill("Endpoint", "not an address")?;
    window.press("button", "Create environment")?;
    window.wait_text("This is not the address of an API.")?;
    look.at("new-environment-refused")?;
    window.fill("Endpoint", "https://api.example.com")?;
    window.choose("Key location", "Another header")?;
    window.fill("Header name", "Cookie")?;
    window.press("button", "Create environment")?;
    window.wait_text("This header has another meaning.")?;
    look.at("new-environment-header-refused")?;
    window.fill("Header name", "X-Acme-Key")?;
    look.at("new-environment")?;
    window.press("button", "Create environment")?;
    window.find("heading", "No API keys yet")?;
    window.create_key("live")?;
    window.copy()?;
    window.close()?;
    window.press("button", "Actions for live")?;
    window.press("menuitem", "Revoke")?;
    window.find("textbox", "Type live to confirm")?;
    window.press("button", "Revoke key")?;
    until("the confirmation was refused", || {
        let field = window.find("textbox", "Type live to confirm")?;
        Ok((window.property(&field, "ariaInvalid")? == json!("true")).then_some(()))
    })?;
    look.at("revoke-production-refused")?;
    window.press("button", "Cancel")?;
    window.press("link", "Environments")?;
    look.at("environments")?;
    window.press("button", "Actions for production")?;
    window.press("menuitem", "Edit")?;
    window.find("dialog", "Edit environment")?;
    look.at("edit-environment")?;
    window.press("button", "Cancel")?;
    window.press("button", "Actions for production")?;
    window.press("menuitem", "Delete")?;
    window.find("alertdialog", "Delete production?")?;
    look.at("delete-environment")?;
    window.press("button", "Cancel")
}

fn settings_and_rest(window: &Window<'_>, look: &mut Look<'_, '_>) -> Journey {
    window.press("link", "Settings")?;
    window.wait_text("Not available")?;
    look.at("settings")?;
    window.press("button", "Show shortcuts")?;
    window.find("dialog", "Keyboard shortcuts")?;
    look.at("shortcuts")?;
    window.press("button", "Done")?;
    window.press("link", "Environments")?;
    let switcher = window.script("return document.querySelector('.switcher')", &[])?;
    window.script("arguments[0].click()", &[switcher])?;
    window.find("menuitem", "New project")?;
    look.at_first_size("project-menu")?;
    window.press("menuitem", "Rename project")?;
    window.find("dialog", "Rename project")?;
    look.at("rename-project")?;
    window.press("button", "Cancel")?;
    let switcher = window.script("return document.querySelector('.switcher')", &[])?;
    window.script("arguments[0].click()", &[switcher])?;
    window.press("menuitem", "Delete project")?;
    window.find("alertdialog", "Delete Acme Shop?")?;
    look.at("delete-project")?;
    window.press("button", "Cancel")?;
    window.keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    look.at("quit")?;
    window.press("button", "Stay")?;
    // What only a clipboard that is broken for good brings about is put into the state by hand.
    window.script(
        "const {clipboard} = document.querySelector('keystile-app').state;
         clipboard.problem = {message: 'The clipboard could not be cleared.', advice: 'Copy something else to replace the key.'};
         clipboard.changed()",
        &[],
    )?;
    window.wait_text("The clipboard could not be cleared.")?;
    look.at("clipboard-not-cleared")?;
    window.press("button", "Clear now")?;
    window.wait_said("Clipboard cleared.")?;
    look.at("clipboard-cleared")
}

#[test]
fn every_state_is_accessible_in_the_light_theme() -> Journey {
    every_state("light")
}

#[test]
fn every_state_is_accessible_in_the_dark_theme() -> Journey {
    every_state("dark")
}

#[test]
fn the_whole_mission_by_the_keyboard_alone() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    let type_text = |text: &str| {
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        window.keys(&[], &letters)
    };
    let focused = |role: &str, name: &str| {
        until(&format!("{role} “{name}” had the focus"), || {
            let Some(element) = window.seen(role, name)? else {
                return Ok(None);
            };
            Ok(window.is_focused(&element).unwrap_or(false).then_some(()))
        })
    };
    focused("textbox", "Project name")?;
    type_text("Acme Shop")?;
    window.keys(&[], &[key::ENTER])?;
    focused("button", "New")?;
    window.keys(&[], &[key::ENTER])?;
    focused("textbox", "API Key Name")?;
    type_text("ci-writer")?;
    window.keys(&[], &[key::TAB])?;
    focused("checkbox", "Write")?;
    window.keys(&[], &[key::SPACE, key::ENTER])?;
    let shown = window.shown()?;
    focused("button", "Copy")?;
    window.keys(&[], &[key::ENTER])?;
    window.wait_closable()?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "Enter on Copy copies the key"
    );
    until("Tab led to Close", || {
        window.keys(&[], &[key::TAB])?;
        let close = window.find("button", "Close")?;
        Ok(window.is_focused(&close)?.then_some(()))
    })?;
    window.keys(&[], &[key::SPACE])?;
    window.wait_gone("alertdialog", "Your new API key")?;
    let row = window.row("ci-writer")?;
    assert!(
        row.contains("Write") && row.contains("Active"),
        "the key is in the list as it was asked for: {row}"
    );
    until("Tab led from the new row to its menu", || {
        window.keys(&[], &[key::TAB])?;
        let menu = window.find("button", "Actions for ci-writer")?;
        Ok(window.is_focused(&menu)?.then_some(()))
    })?;
    window.keys(&[], &[key::ENTER])?;
    focused("menuitem", "Disable")?;
    window.keys(&[], &[key::DOWN])?;
    focused("menuitem", "Revoke")?;
    window.keys(&[], &[key::ENTER])?;
    window.find("alertdialog", "Revoke ci-writer?")?;
    until("Tab led to Revoke key", || {
        window.keys(&[], &[key::TAB])?;
        let revoke = window.find("button", "Revoke key")?;
        Ok(window.is_focused(&revoke)?.then_some(()))
    })?;
    window.keys(&[], &[key::ENTER])?;
    window.wait_text("ci-writer was revoked.")?;
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'revoked'")?,
        1,
        "and a key can be revoked the same way"
    );
    Ok(())
}
