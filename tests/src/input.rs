//! What hands do to a window: fill a field, press keys, drag the pointer. It knows elements, not what they mean.

use serde_json::{Value, json};

use crate::error::TestResult;
use crate::wait::wait_until;
use crate::window::{Element, Window};

/// The keys of WebDriver that have no letter.
pub mod key {
    #![expect(missing_docs, reason = "the names say it")]
    pub const CONTROL: &str = "\u{e009}";
    pub const DOWN: &str = "\u{e015}";
    pub const END: &str = "\u{e010}";
    pub const ENTER: &str = "\u{e007}";
    pub const ESCAPE: &str = "\u{e00c}";
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
        self.driver.post(
            &format!("element/{}/value", field.0),
            &json!({ "text": text }),
        )?;
        wait_until("the field held what was typed", || {
            let value = self.property(&field, "value")?;
            Ok((value == text).then_some(()))
        })
    }

    /// Chooses one of the words of the list of this name.
    ///
    /// # Errors
    /// There is no such list, or it does not have the word.
    #[track_caller]
    pub fn select_option(&self, name: &str, word: &str) -> TestResult {
        wait_until(&format!("“{word}” of {name} was chosen"), || {
            let option = self.execute(
                "const named = (list) => list.ariaLabel === arguments[0] && list.checkVisibility();
                 const list = [...document.querySelectorAll('select')].find(named);
                 return [...(list?.options ?? [])].find((one) => one.text.trim() === arguments[1]) ?? null",
                &[json!(name), json!(word)],
            )?;
            if option.is_null() {
                return Ok(None);
            }
            self.click_element(&Element::of(&option)?)?;
            let is_chosen = self.execute("return arguments[0].selected", &[option])?;
            Ok((is_chosen == serde_json::Value::Bool(true)).then_some(()))
        })
    }

    /// Presses keys one after the other while `held` are down.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn press_keys(&self, held: &[&str], keys: &[&str]) -> TestResult {
        let down = |key: &&str| json!({ "type": "keyDown", "value": key });
        let up = |key: &&str| json!({ "type": "keyUp", "value": key });
        let mut actions: Vec<Value> = held.iter().map(down).collect();
        for key in keys {
            actions.push(down(key));
            actions.push(up(key));
        }
        actions.extend(held.iter().rev().map(up));
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.driver.post("actions", &body).map(drop)
    }

    /// Presses the pointer at the first point, moves it to the second and lets go. Points of the viewport.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) -> TestResult {
        let move_to = |(x, y): (i64, i64)| json!({ "type": "pointerMove", "duration": 50, "origin": "viewport", "x": x, "y": y });
        let body = json!({ "actions": [{
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": [
                move_to(from),
                { "type": "pointerDown", "button": 0 },
                move_to(to),
                { "type": "pointerUp", "button": 0 },
            ],
        }] });
        self.driver.post("actions", &body).map(drop)
    }
}
