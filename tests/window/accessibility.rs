//! Inspects every screen and state in both themes at three sizes.

use keystile_tests::input::key;
use keystile_tests::processes::signal;
use keystile_tests::{HeadlessDesktop, Keyring, TestError, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::json;

use crate::inspection::Look;

/// Inspects every state. The test stores the theme directly and reaches all other states through the UI.
fn every_state(theme: &str) -> TestResult {
    let mut desktop = HeadlessDesktop::with(Keyring::Absent)?;
    let _no_keyring = desktop.take_keyring();
    let mut violations = start_failure(theme)?;
    let window = Window::open(&desktop)?;
    let settings = json!({ "changes": { "theme": theme, "clipboardSeconds": 90 } });
    window
        .invoke("change_settings", &settings)?
        .map_err(TestError::new)?;
    window.reload()?;
    let mut look = Look::new(&window)?;
    look.assert_detects_violation()?;
    look.at("first-run")?;
    window.click("button", "Create environment")?;
    window.wait_for_text("Enter")?;
    look.at("first-run-invalid")?;
    window.create_first_environment("Acme Shop", "staging")?;
    look.at("keys-empty")?;
    window.click("link", "Overview")?;
    look.at("overview-not-active")?;
    window.click("link", "API Keys")?;
    prompt(&window, &mut look)?;
    keychain(&desktop, &window, &mut look)?;
    list(&window, &mut look)?;
    gateway(&window, &mut look)?;
    environments(&window, &mut look)?;
    settings_and_rest(&window, &mut look)?;

    // A program that is killed with its prompt open leaves a notice.
    window.click("button", "API Keys")?;
    window.create_key("lost")?;
    signal(window.process_id(), Signal::KILL)?;
    window.wait_until_exited()?;
    violations.append(&mut look.into_violations());
    drop(window);
    let window = Window::open(&desktop)?;
    let mut look = Look::new(&window)?;
    window.wait_for_text("was never copied, so it was revoked")?;
    look.at("notice")?;
    violations.append(&mut look.into_violations());
    assert!(
        violations.is_empty(),
        "every state is accessible and fits, {theme}:\n{}",
        violations.join("\n")
    );
    Ok(())
}

/// Inspects the start failure. Without a database, the theme comes from the hint of the previous start.
fn start_failure(theme: &str) -> TestResult<Vec<String>> {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let settings = json!({ "changes": { "theme": theme, "clipboardSeconds": 90 } });
    window
        .invoke("change_settings", &settings)?
        .map_err(TestError::new)?;
    window.reload()?;
    signal(window.process_id(), Signal::KILL)?;
    window.wait_until_exited()?;
    drop(window);
    std::fs::write(desktop.database(), "a diary, not a database ".repeat(500))?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Keystile couldn't start")?;
    let mut look = Look::new(&window)?;
    look.at("start-failure")?;
    Ok(look.into_violations())
}

fn prompt(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("button", "New")?;
    window.find("dialog", "New API key")?;
    look.at("new-key")?;
    window.click("button", "Create")?;
    wait_until("the name was rejected", || {
        let field = window.find("textbox", "API Key Name")?;
        Ok((window.property(&field, "ariaInvalid")? == json!("true")).then_some(()))
    })?;
    look.at("new-key-invalid")?;
    window.fill("API Key Name", "ci-writer")?;
    window.click("checkbox", "Write")?;
    window.click("button", "Create")?;
    window.read_prompt()?;
    look.at("prompt")?;
    look.prompt_fits()?;
    window.press_keys(&[], &[key::ESCAPE])?;
    look.at("prompt-reason")?;
    window.click("button", "Save to system keychain")?;
    window.wait_for_announcement("Install or start")?;
    look.at("prompt-not-saved")?;
    look.prompt_fits()?;
    window.click("button", "Discard key")?;
    look.at("prompt-discard")?;
    window.click("button", "Keep key")?;
    window.copy_key()?;
    look.at("prompt-copied")?;
    look.prompt_fits()?;
    window.click("button", "Discard key")?;
    look.at("prompt-copied-discard")?;
    window.click("button", "Keep key")
}

/// Saves the key to the keychain and removes it.
fn keychain(desktop: &HeadlessDesktop, window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    let _keyring = desktop.run_keyring(true)?;
    window.click("button", "Save to system keychain")?;
    window.wait_for_announcement("Saved to")?;
    look.at("prompt-saved")?;
    look.prompt_fits()?;
    window.close_prompt()?;
    window.find("img", "In system keychain")?;
    look.at("keys-keychain")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Remove from keychain")?;
    window.find("alertdialog", "Remove ci-writer from Secret Service?")?;
    look.at("remove-from-keychain")?;
    window.click("button", "Remove from keychain")?;
    window.wait_for_text("Removed ci-writer from")
}

fn gateway(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("link", "Gateway")?;
    window.find("button", "Use a sample API")?;
    look.at("gateway-without-upstream")?;
    window.click("button", "Use a sample API")?;
    window.wait_for_text("Using the sample API")?;
    window.click("button", "Start gateway")?;
    window.find("button", "Stop gateway")?;
    look.at("gateway-running")?;
    window.click("link", "Rules")?;
    window.click("button", "Add rule")?;
    window.fill("Path of the new rule", "products")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_text("Invalid route rule")?;
    look.at("gateway-rule-refused")?;
    window.click("link", "Connect")?;
    look.at("gateway-connect")?;
    window.click("radio", "Your proxy")?;
    window.wait_for_text("auth_request")?;
    look.at("gateway-proxy")?;
    window
        .invoke("start_http_service", &json!({ "port": 0 }))?
        .map_err(TestError::new)?;
    window.find("button", "Stop service")?;
    look.at("gateway-service-running")?;
    window.click("button", "Stop service")?;
    window.find("button", "Start service")?;
    window.click("link", "Playground")?;
    window.fill("Path", "/products?page=2")?;
    window.find("textbox", "Value of parameter 1")?;
    window.click("button", "Send")?;
    window.wait_for_text("401 Unauthorized")?;
    look.at("playground-denied")?;
    window.click("link", "Gateway")?;
    window.wait_for_text("Denied: no key")?;
    look.at("gateway-decided")?;
    window.click("button", "/products")?;
    window.find("button", "Close details")?;
    look.at("gateway-request-details")?;
    // Otherwise quitting would ask about the gateway.
    window.click("button", "Stop gateway")?;
    window.find("button", "Start gateway")?;
    window.click("link", "API Keys")
}

/// Inspects the dialogs that change a key, and the prompt and the details of a rotated one.
fn key_dialogs(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Edit")?;
    window.find("dialog", "Edit ci-writer")?;
    look.at("key-edit")?;
    window.click("button", "Cancel")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Rotate")?;
    window.find("dialog", "Rotate ci-writer?")?;
    look.at("rotate")?;
    window.click("button", "Rotate key")?;
    window.find("alertdialog", "New secret for ci-writer")?;
    look.at("prompt-rotation")?;
    window.copy_key()?;
    window.wait_for_text("The old secret works until")?;
    look.at("prompt-rotation-copied")?;
    window.click("button", "Close")?;
    window.wait_until_gone("alertdialog", "New secret for ci-writer")?;
    window.execute("document.querySelector('.key-name bdi').click()", &[])?;
    window.find("button", "End old secret")?;
    look.at("key-details-rotated")?;
    window.click("button", "End old secret")?;
    window.find("alertdialog", "End the old secret of ci-writer?")?;
    look.at("end-old-secret")?;
    window.click("button", "Cancel")?;
    window.press_keys(&[], &[key::ESCAPE])
}

/// Inspects a selected key and the dialogs that change all selected keys.
fn bulk_dialogs(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("checkbox", "Select ci-writer")?;
    window.find("button", "Disable…")?;
    look.at("keys-selected")?;
    for (verb, title, state) in [
        ("Disable…", "Disable 1 selected key", "bulk-disable"),
        ("Enable", "Enable 1 selected key", "bulk-enable"),
        ("Extend…", "Extend 1 selected key", "bulk-extend"),
        ("Tags…", "Edit the tags of 1 selected key", "bulk-tags"),
        ("Owner…", "Set the owner of 1 selected key", "bulk-owner"),
    ] {
        window.click("button", verb)?;
        window.find("dialog", title)?;
        look.at(state)?;
        window.click("button", "Cancel")?;
        window.wait_until_gone("dialog", title)?;
    }
    window.click("button", "Revoke…")?;
    window.find("alertdialog", "Revoke 1 selected key")?;
    look.at("bulk-revoke")?;
    window.click("button", "Cancel")?;
    window.click("button", "Clear")?;
    window.wait_until_gone("button", "Clear")
}

fn list(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.row_text("ci-writer")?;
    look.at("keys")?;
    window.press_keys(&[], &["/", "w", "r"])?;
    window.find("button", "Clear search")?;
    look.at("keys-found")?;
    window.press_keys(&[], &["z", "z"])?;
    window.wait_for_text("No keys match")?;
    look.at("keys-not-found")?;
    window.click("button", "Clear search")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Disable")?;
    window.click("button", "Disabled 1")?;
    look.at("keys-disabled")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Enable")?;
    window.click("button", "Current 1")?;
    window.wait_for_script(
        "a row was clicked",
        "document.querySelector('.key-name bdi')?.click() === undefined
         && document.querySelector('.key-name bdi') !== null",
    )?;
    window.find("region", "Key details")?;
    look.at("key-details")?;
    window.press_keys(&[], &[key::ESCAPE])?;
    key_dialogs(window, look)?;
    bulk_dialogs(window, look)?;
    window.click("button", "Actions for ci-writer")?;
    window.find("menuitem", "Revoke")?;
    look.at_first_size("key-menu")?;
    window.click("menuitem", "Revoke")?;
    window.find("alertdialog", "Revoke ci-writer?")?;
    look.at("revoke")?;
    window.click("button", "Revoke key")?;
    window.wait_for_text("Revoked ci-writer")?;
    look.at("keys-revoked")?;
    window.click("button", "All 1")?;
    window.row_text("ci-writer")?;
    look.at("keys-all")?;
    let shown = window.create_key("reader")?;
    window
        .invoke(
            "revoke_key",
            &json!({ "keyId": shown.key_id, "confirmation": null }),
        )?
        .map_err(TestError::new)?;
    window.wait_for_text("This key has been revoked.")?;
    look.at("prompt-revoked")?;
    window.close_prompt()?;
    window.click("link", "Overview")?;
    look.at("overview-active")
}

fn environments(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("link", "Environments")?;
    window.find("heading", "Environments")?;
    window.click("button", "New environment")?;
    window.find("dialog", "New environment")?;
    window.fill("Environment name", "production")?;
    window.fill("Endpoint", "not an address")?;
    window.click("button", "Create environment")?;
    window.wait_for_text("Invalid endpoint URL: ")?;
    look.at("new-environment-invalid")?;
    window.fill("Endpoint", "https://api.example.com")?;
    window.select_option("Key location", "Custom header")?;
    window.fill("Header name", "Cookie")?;
    window.click("button", "Create environment")?;
    window.wait_for_text("This header is reserved for another purpose.")?;
    look.at("new-environment-header-invalid")?;
    window.fill("Header name", "X-Acme-Key")?;
    look.at("new-environment")?;
    window.click("button", "Edit prefix")?;
    window.fill("Prefix", "ks_stage")?;
    window.wait_for_text("This prefix looks like staging, but the stage is Production.")?;
    look.at("new-environment-other-stage")?;
    window.fill("Prefix", "ks_live")?;
    window.click("button", "Create environment")?;
    window.find("heading", "No API keys yet")?;
    window.create_key("live")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.click("button", "Actions for live")?;
    window.click("menuitem", "Revoke")?;
    let revoke = window.find("button", "Revoke key")?;
    for (typed, is_disabled) in [("liv", true), ("live", false)] {
        window.fill("Type live to confirm", typed)?;
        wait_until(&format!("“{typed}” decided about the button"), || {
            Ok((window.is_disabled(&revoke)? == is_disabled).then_some(()))
        })?;
    }
    look.at("revoke-production")?;
    window.click("button", "Cancel")?;
    window.click("checkbox", "Select live")?;
    window.click("button", "Revoke…")?;
    window.find("textbox", "Type production to confirm")?;
    look.at("bulk-revoke-production")?;
    window.click("button", "Cancel")?;
    window.click("link", "Environments")?;
    look.at("environments")?;
    window.click("button", "Actions for production")?;
    window.click("menuitem", "Edit")?;
    window.find("dialog", "Edit environment")?;
    look.at("edit-environment")?;
    window.click("button", "Cancel")?;
    window.click("button", "Actions for production")?;
    window.click("menuitem", "Delete")?;
    window.find("alertdialog", "Delete production?")?;
    look.at("delete-environment")?;
    window.click("button", "Cancel")
}

fn settings_and_rest(window: &Window<'_>, look: &mut Look<'_, '_>) -> TestResult {
    window.click("link", "Settings")?;
    window.wait_for_text("Not available")?;
    look.at("settings")?;
    window.click("button", "Show licenses")?;
    window.wait_for_text("packages")?;
    window.execute("document.querySelector('.licenses summary').click()", &[])?;
    look.at("licenses")?;
    window.click("button", "Done")?;
    window.click("button", "Show shortcuts")?;
    window.find("dialog", "Keyboard shortcuts")?;
    look.at("shortcuts")?;
    window.click("button", "Done")?;
    window.click("link", "Environments")?;
    window.press_keys(&[key::CONTROL], &["k"])?;
    window.find("combobox", "Search")?;
    look.at("palette")?;
    window.press_keys(&[], &["x", "q", "x"])?;
    window.wait_for_announcement("Nothing found.")?;
    look.at("palette-empty")?;
    window.press_keys(&[], &[key::ESCAPE, key::ESCAPE])?;
    window.wait_until_gone("combobox", "Search")?;
    let switcher = window.execute("return document.querySelector('.switcher')", &[])?;
    window.execute("arguments[0].click()", &[switcher])?;
    window.find("menuitem", "New project")?;
    look.at_first_size("project-menu")?;
    window.click("menuitem", "Rename project")?;
    window.find("dialog", "Rename project")?;
    look.at("rename-project")?;
    window.click("button", "Cancel")?;
    let switcher = window.execute("return document.querySelector('.switcher')", &[])?;
    window.execute("arguments[0].click()", &[switcher])?;
    window.click("menuitem", "Delete project")?;
    window.find("alertdialog", "Delete Acme Shop?")?;
    look.at("delete-project")?;
    window.click("button", "Cancel")?;
    window.press_keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Clear the clipboard and quit?")?;
    look.at("quit")?;
    window.click("button", "Cancel")?;
    // Only a permanently broken clipboard causes this problem, so the test sets it in the state.
    window.execute(
        "const {clipboard} = document.querySelector('keystile-app').stores;
         clipboard.problem = {message: 'Could not clear the clipboard.', advice: 'Copy something else to replace the key.'};
         clipboard.changed()",
        &[],
    )?;
    window.wait_for_text("Could not clear the clipboard.")?;
    look.at("clipboard-not-cleared")?;
    window.click("button", "Clear now")?;
    window.wait_for_announcement("Clipboard cleared.")?;
    look.at("clipboard-cleared")
}

#[test]
fn every_state_is_accessible_in_light_theme() -> TestResult {
    every_state("light")
}

#[test]
fn every_state_is_accessible_in_dark_theme() -> TestResult {
    every_state("dark")
}
