//! Keyboard and pointer input to a window.

use std::time::Duration;

use fantoccini::actions::{
    Actions, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use serde_json::{Value, json};

use super::error::TestResult;
use super::wait::wait_until;
use super::window::{Element, Window};

/// The key codes of WebDriver for keys without a character.
pub mod key {
    #![expect(missing_docs, reason = "the names say it")]
    pub const CONTROL: &str = "\u{e009}";
    pub const DELETE: &str = "\u{e017}";
    pub const DOWN: &str = "\u{e015}";
    pub const END: &str = "\u{e010}";
    pub const ENTER: &str = "\u{e007}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const F10: &str = "\u{e03a}";
    pub const HOME: &str = "\u{e011}";
    pub const RIGHT: &str = "\u{e014}";
    pub const SHIFT: &str = "\u{e008}";
    pub const SPACE: &str = " ";
    pub const TAB: &str = "\u{e004}";
}

impl Window<'_> {
    /// Replaces the text in the field of this name.
    ///
    /// # Errors
    /// There is no such field.
    #[track_caller]
    pub fn fill(&self, name: &str, text: &str) -> TestResult {
        let field = self.find("textbox", name)?;
        self.execute(
            "arguments[0].focus(); arguments[0].select()",
            &[field.as_argument()],
        )?;
        self.driver.send_keys(&field, text)?;
        wait_until("the field held the typed text", || {
            let value = self.property(&field, "value")?;
            Ok((value == text).then_some(()))
        })
    }

    /// Selects an option, by its text, in the list of this name.
    ///
    /// # Errors
    /// There is no such list or no such option.
    #[track_caller]
    pub fn select_option(&self, name: &str, text: &str) -> TestResult {
        wait_until(&format!("“{text}” of {name} was selected"), || {
            let option = self.execute(
                "const named = (list) => list.ariaLabel === arguments[0] && list.checkVisibility();
                 const list = [...document.querySelectorAll('select')].find(named);
                 return [...(list?.options ?? [])].find((one) => one.text.trim() === arguments[1]) ?? null",
                &[json!(name), json!(text)],
            )?;
            if option.is_null() {
                return Ok(None);
            }
            self.click_element(&Element::from_value(&option)?)?;
            let is_selected = self.execute("return arguments[0].selected", &[option])?;
            Ok((is_selected == Value::Bool(true)).then_some(()))
        })
    }

    /// Presses keys one after the other while `held` are down.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn press_keys(&self, held: &[&str], keys: &[&str]) -> TestResult {
        let held: Vec<char> = held.iter().flat_map(|key| key.chars()).collect();
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in held.iter().copied() {
            actions = actions.then(KeyAction::Down { value });
        }
        for value in keys.iter().flat_map(|key| key.chars()) {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        for value in held.into_iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        self.driver.perform_actions(actions)
    }

    /// Clicks a point of the viewport while one key is down.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn click_at_holding(&self, held: &str, (x, y): (f64, f64)) -> TestResult {
        let button = MOUSE_BUTTON_LEFT;
        let duration = Some(Duration::from_millis(50));
        let pointer = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveTo { duration, x, y })
            .then(PointerAction::Down { button })
            .then(PointerAction::Up { button });
        // Both sources act at the same time: the key is down while the pointer moves, presses, and releases.
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in held.chars() {
            keys = keys.then(KeyAction::Down { value });
        }
        keys = keys.pause(Duration::ZERO).pause(Duration::ZERO);
        for value in held.chars() {
            keys = keys.then(KeyAction::Up { value });
        }
        self.driver
            .perform_actions(Actions::from(keys).and(pointer))
    }

    /// Drags the pointer between two points of the viewport.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) -> TestResult {
        let move_to = |(x, y): (i64, i64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(50)),
            x: x as f64,
            y: y as f64,
        };
        let button = MOUSE_BUTTON_LEFT;
        let actions = MouseActions::new("mouse".to_owned())
            .then(move_to(from))
            .then(PointerAction::Down { button })
            .then(move_to(to))
            .then(PointerAction::Up { button });
        self.driver.perform_actions(actions)
    }
}
