//! Steps that many journeys take, as a person takes them: through the fields and buttons of the window. A journey that
//! is about one of these steps takes it by hand instead.

use serde_json::{Value, json};

use crate::broken::{Broken, Journey};
use crate::until::until;
use crate::window::{Element, Window};

/// What a key must be told apart by in the prompt.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The plain key as it stands on the screen.
    pub key: String,
    /// Its ticket, as the shell knows it.
    pub ticket: String,
    /// The key's id.
    pub key_id: String,
    /// The id of its environment.
    pub environment_id: String,
}

impl Window<'_> {
    /// First run: a project with one environment; lands on its empty API Keys tab.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn create_first_environment(&self, project: &str, environment: &str) -> Journey {
        self.fill("Project name", project)?;
        self.fill("Environment name", environment)?;
        self.press("button", "Create environment")?;
        self.find("heading", "No API keys yet").map(drop)
    }

    /// New → name → Create; returns when the one-time prompt shows the key.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn create_key(&self, name: &str) -> Journey<Shown> {
        self.press("button", "New")?;
        self.find("dialog", "New API key")?;
        self.fill("API Key Name", name)?;
        self.press("button", "Create")?;
        self.shown()
    }

    /// Waits for the one-time prompt and reads it. Its buttons answer 300 ms after it appears.
    ///
    /// # Errors
    /// No prompt came.
    #[track_caller]
    pub fn shown(&self) -> Journey<Shown> {
        let field = self.find("textbox", "Generated API Key")?;
        let key = self.text(&field)?;
        let start = self.invoke("start", &json!({}))?.map_err(Broken::new)?;
        let ticket = text_of(&start["prompt"])?;
        let prompt = self
            .invoke("reveal_key", &json!({ "ticket": ticket, "plain": true }))?
            .map_err(Broken::new)?;
        self.until_script(
            "the prompt accepted a press",
            "performance.now() - document.querySelector('one-time-prompt').shownAt > 300",
        )?;
        Ok(Shown {
            key,
            ticket,
            key_id: text_of(&prompt["keyId"])?,
            environment_id: text_of(&prompt["environmentId"])?,
        })
    }

    /// Copy by its button, and waits until Close is enabled.
    ///
    /// # Errors
    /// Copying failed.
    #[track_caller]
    pub fn copy(&self) -> Journey {
        self.press("button", "Copy")?;
        self.wait_closable()
    }

    /// Close, and waits for the list.
    ///
    /// # Errors
    /// It was refused.
    #[track_caller]
    pub fn close(&self) -> Journey {
        self.press("button", "Close")?;
        self.wait_gone("alertdialog", "Your new API key")
    }

    /// Revokes a key by the menu of its row, where no name has to be typed.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn revoke_key(&self, name: &str) -> Journey {
        self.press("button", &format!("Actions for {name}"))?;
        self.press("menuitem", "Revoke")?;
        self.find("alertdialog", &format!("Revoke {name}?"))?;
        self.press("button", "Revoke key")?;
        self.wait_text(&format!("{name} was revoked."))
    }

    /// Starts the gateway of an environment in front of the sample API, in its Gateway tab; returns the address of the
    /// products.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn start_sample_gateway(&self) -> Journey<String> {
        self.press("tab", "Gateway")?;
        self.press("button", "Use a sample API")?;
        self.press("button", "Start gateway")?;
        self.find("button", "Stop gateway")?;
        let address = self.script(
            "return document.querySelector('gateway-state code').textContent",
            &[],
        )?;
        Ok(format!("http://{}/products", text_of(&address)?))
    }

    /// Waits until Close is enabled.
    ///
    /// # Errors
    /// It never was.
    #[track_caller]
    pub fn wait_closable(&self) -> Journey {
        until("Close was enabled", || {
            let close = self.find("button", "Close")?;
            Ok((!self.is_disabled(&close)?).then_some(()))
        })
    }

    /// Whether Close is disabled now.
    ///
    /// # Errors
    /// No prompt is open.
    #[track_caller]
    pub fn is_close_disabled(&self) -> Journey<bool> {
        let close = self.find("button", "Close")?;
        self.is_disabled(&close)
    }

    /// Whether the element has the focus.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn is_focused(&self, element: &Element) -> Journey<bool> {
        let focused = self.script(
            "return document.activeElement === arguments[0]",
            &[element.argument()],
        )?;
        Ok(focused == Value::Bool(true))
    }

    /// Waits until a polite or assertive region says this.
    ///
    /// # Errors
    /// It was never said.
    #[track_caller]
    pub fn wait_said(&self, text: &str) -> Journey {
        until(&format!("“{text}” was said"), || {
            let said = self.said()?;
            Ok(said.contains(text).then_some(()))
        })
    }

    /// What the live regions of the page say now, white space joined.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn said(&self) -> Journey<String> {
        let said = self.script(
            "return [...document.querySelectorAll('[role=status], [role=alert], [aria-live]')]
               .map((region) => region.textContent.replace(/\\s+/g, ' ').trim()).join('\\n')",
            &[],
        )?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the visible page holds this text.
    ///
    /// # Errors
    /// It never did.
    #[track_caller]
    pub fn wait_text(&self, text: &str) -> Journey {
        until(&format!("“{text}” stood on the page"), || {
            Ok(self.visible_text()?.contains(text).then_some(()))
        })
    }

    /// The text a person sees, white space joined.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn visible_text(&self) -> Journey<String> {
        let text = self.script("return document.body.innerText.replace(/\\s+/g, ' ')", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The text of the row of a key in the list, white space joined.
    ///
    /// # Errors
    /// There is no such row.
    #[track_caller]
    pub fn row(&self, name: &str) -> Journey<String> {
        until(&format!("a row for {name} stood in the list"), || {
            let text = self.script(
                "const row = [...document.querySelectorAll('tr')].find((row) =>
                   row.querySelector('.key-name')?.textContent === arguments[0]);
                 return row?.innerText.replace(/\\s+/g, ' ').trim() ?? null",
                &[json!(name)],
            )?;
            Ok(text.as_str().map(str::to_owned))
        })
    }
}

fn text_of(value: &Value) -> Journey<String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Broken::new(format!("no text: {value}")))
}
