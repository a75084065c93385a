//! Every screen and state, light and dark, at the three sizes: axe-core finds nothing, nothing hangs over the edge, and a
//! picture is taken. And the whole mission by the keyboard alone.

use keystile_tests::clipboard::Selection;
use keystile_tests::database::Database;
use keystile_tests::hands::key;
use keystile_tests::processes::signal;
use keystile_tests::window::repository;
use keystile_tests::{Broken, Desk, Journey, Keyring, Window, until};
use rustix::process::Signal;
use serde_json::json;

/// The window as it opens, its smallest size, and 200 % zoom of the first.
const SIZES: [(u32, u32); 3] = [(1180, 760), (760, 520), (590, 380)];

/// What is wrong, collected over all states, so that one run tells everything.
struct Look<'w, 'd> {
    window: &'w Window<'d>,
    axe: String,
    wrong: Vec<String>,
}

impl Look<'_, '_> {
    /// Looks at the state at every size.
    fn at(&mut self, state: &str) -> Journey {
        for (width, height) in SIZES {
            self.window.resize(width, height)?;
            self.once(state, width, height)?;
        }
        self.window.resize(SIZES[0].0, SIZES[0].1)
    }

    /// Looks at a state that does not outlive a change of size, such as an open menu.
    fn at_first_size(&mut self, state: &str) -> Journey {
        self.once(state, SIZES[0].0, SIZES[0].1)
    }

    /// A fault put in on purpose is found, or finding nothing would mean nothing.
    fn proves_to_find(&mut self) -> Journey {
        self.window.script(
            "const nameless = document.createElement('button');
             nameless.id = 'nameless';
             document.querySelector('main').append(nameless);",
            &[],
        )?;
        self.check("a fault")?;
        self.window
            .script("document.querySelector('#nameless').remove()", &[])?;
        let found = std::mem::take(&mut self.wrong);
        assert!(
            found.iter().any(|wrong| wrong.contains("button-name")),
            "a button without a name is found: {found:?}"
        );
        Ok(())
    }

    fn once(&mut self, state: &str, width: u32, height: u32) -> Journey {
        let state = format!("{state}-{width}x{height}");
        self.check(&state)?;
        self.window.screenshot(&state)
    }

    fn check(&mut self, state: &str) -> Journey {
        self.window.until_script(
            "nothing moved any more",
            "document.getAnimations().every((each) => each.playState !== 'running' ||
               each.effect.getComputedTiming().iterations === Infinity)",
        )?;
        // As a script of WebDriver's, because the page's policy lets no text become one.
        if self.window.script("return !window.axe", &[])? == json!(true) {
            let load = format!("{}\n;arguments[arguments.length - 1](null)", self.axe);
            self.window.slow_script(&load, &[])?;
        }
        // As the text of a driver's script: the page itself may run no text as code.
        if self.window.script("return !window.axe", &[])? == json!(true) {
            self.window.script(&self.axe, &[])?;
        }
        let found = self.window.slow_script(
            "const done = arguments[arguments.length - 1];
             axe.run(document, {resultTypes: ['violations']}).then(
               ({violations}) => done(violations.flatMap(({id, help, nodes}) => nodes.map((node) =>
                 `${id}: ${help} (${node.target.join(' ')}) ${node.any.map((check) => check.message).join(' ')}`))),
               (error) => done([String(error)]))",
            &[],
        )?;
        for violation in found.as_array().into_iter().flatten() {
            self.wrong.push(format!("{state}: {violation}"));
        }
        let over = self.window.script(
            "const visible = (element) => element.checkVisibility({visibilityProperty: true});
             const hidden = (element) => element.closest('.visually-hidden, [popover], input[type=radio], caption');
             const scope = [...document.querySelectorAll('dialog:modal')].pop() ?? document.body;
             const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
             return wide.concat([...scope.querySelectorAll('button, input, a, [role=textbox]')]
               .filter((element) => visible(element) && !hidden(element))
               .filter((element) => { const box = element.getBoundingClientRect();
                 return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1); })
               .map((element) => `over the edge: ${element.textContent.trim() || element.id}`))",
            &[],
        )?;
        for element in over.as_array().into_iter().flatten() {
            self.wrong.push(format!("{state}: {element}"));
        }
        Ok(())
    }

    /// The prompt's key, Copy and Close can be seen without scrolling.
    fn prompt_fits(&mut self) -> Journey {
        let (width, height) = SIZES[2];
        self.window.resize(width, height)?;
        let outside = self.window.script(
            "const parts = ['.generated-key', '[data-step=copy]', '[data-step=close]'];
             return parts.filter((part) => {
               const element = document.querySelector('one-time-prompt ' + part);
               const box = element.getBoundingClientRect();
               const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
               const at = (y) => element.contains(document.elementFromPoint(x, y));
               return !(box.top >= 0 && box.bottom <= innerHeight && at(box.top + 2) && at(box.bottom - 2)); })",
            &[],
        )?;
        for part in outside.as_array().into_iter().flatten() {
            self.wrong
                .push(format!("at 590 × 380 {part} needs scrolling"));
        }
        self.window.resize(SIZES[0].0, SIZES[0].1)
    }
}

fn axe() -> Journey<String> {
    let path = repository().join("ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path)
        .map_err(|cause| Broken::new(format!("{}: {cause}; run npm ci in ui/", path.display())))
}

/// The theme is what Settings would set; everything else is pressed.
fn every_state(theme: &str) -> Journey {
    let mut desk = Desk::with(Keyring::Absent)?;
    // A program killed with its prompt open leaves the notices to look at.
    let _no_keyring = desk.take_keyring();
    let window = Window::open(&desk)?;
    let settings =
        json!({ "settings": { "theme": theme, "clipboardSeconds": 45, "singleKeys": true } });
    window
        .invoke("change_settings", &settings)?
        .map_err(Broken::new)?;
    window.reload()?;
    let mut look = Look {
        window: &window,
        axe: axe()?,
        wrong: Vec::new(),
    };

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
    window.press("button", "Keep key")?;
    window.close()?;
    window.row("ci-writer")?;
    look.at("keys")?;
    window.press("button", "Actions for ci-writer")?;
    window.find("menuitem", "Revoke")?;
    look.at_first_size("key-menu")?;
    window.press("menuitem", "Revoke")?;
    window.find("alertdialog", "Revoke ci-writer?")?;
    look.at("revoke")?;
    window.press("button", "Revoke key")?;
    window.wait_text("ci-writer was revoked.")?;
    look.at("keys-ended")?;
    window.press("tab", "Overview")?;
    look.at("overview-active")?;
    environments(&window, &mut look)?;
    settings_and_rest(&window, &mut look)?;

    window.press("button", "API Keys")?;
    window.create_key("lost")?;
    signal(window.process(), Signal::KILL)?;
    until("the program ended", || Ok(window.has_ended().then_some(())))?;
    let mut wrong = look.wrong;
    drop(window);
    let window = Window::open(&desk)?;
    let mut look = Look {
        window: &window,
        axe: axe()?,
        wrong: Vec::new(),
    };
    window.wait_text("was never copied and has been revoked")?;
    look.at("notice")?;
    wrong.append(&mut look.wrong);
    assert!(
        wrong.is_empty(),
        "every state is accessible and fits, {theme}:\n{}",
        wrong.join("\n")
    );
    Ok(())
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
    window.press("menuitem", "Delete project")?;
    window.find("alertdialog", "Delete Acme Shop?")?;
    look.at("delete-project")?;
    window.press("button", "Cancel")?;
    window.keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    look.at("quit")?;
    window.press("button", "Stay")?;
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
