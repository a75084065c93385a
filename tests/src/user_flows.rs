//! Steps that many journeys take, as a person takes them: through the fields and buttons of the window. A journey that
//! is about one of these steps takes it by hand instead.

use serde_json::{Value, json};

use crate::error::{TestError, TestResult};
use crate::wait::wait_until;
use crate::window::{Element, Window};

/// What a key must be told apart by in the prompt.
#[derive(Debug, Clone)]
pub struct PromptContent {
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
    pub fn create_first_environment(&self, project: &str, environment: &str) -> TestResult {
        self.fill("Project name", project)?;
        self.fill("Environment name", environment)?;
        self.click("button", "Create environment")?;
        self.find("heading", "No API keys yet").map(drop)
    }

    /// New → name → Create; returns when the one-time prompt shows the key.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn create_key(&self, name: &str) -> TestResult<PromptContent> {
        self.click("button", "New")?;
        self.find("dialog", "New API key")?;
        self.fill("API Key Name", name)?;
        self.click("button", "Create")?;
        self.read_prompt()
    }

    /// Waits for the one-time prompt and reads it. Its buttons answer 300 ms after it appears.
    ///
    /// # Errors
    /// No prompt came.
    #[track_caller]
    pub fn read_prompt(&self) -> TestResult<PromptContent> {
        let field = self.find("textbox", "Generated API Key")?;
        let key = self.text(&field)?;
        let start = self.invoke("start", &json!({}))?.map_err(TestError::new)?;
        let ticket = text_of(&start["prompt"])?;
        let prompt = self
            .invoke("reveal_key", &json!({ "ticket": ticket, "plain": true }))?
            .map_err(TestError::new)?;
        self.wait_for_script(
            "the prompt accepted a press",
            "performance.now() - document.querySelector('one-time-prompt').shownAt > 300",
        )?;
        Ok(PromptContent {
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
    pub fn copy_key(&self) -> TestResult {
        self.click("button", "Copy")?;
        self.wait_for_close_enabled()
    }

    /// Close, and waits for the list.
    ///
    /// # Errors
    /// It was refused.
    #[track_caller]
    pub fn close_prompt(&self) -> TestResult {
        self.click("button", "Close")?;
        self.wait_until_gone("alertdialog", "Your new API key")
    }

    /// Revokes a key by the menu of its row, where no name has to be typed.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn revoke_key(&self, name: &str) -> TestResult {
        self.click("button", &format!("Actions for {name}"))?;
        self.click("menuitem", "Revoke")?;
        self.find("alertdialog", &format!("Revoke {name}?"))?;
        self.click("button", "Revoke key")?;
        self.wait_for_text(&format!("{name} was revoked."))
    }

    /// Starts the gateway of an environment in front of the sample API, in its Gateway tab; returns the address of the
    /// products.
    ///
    /// # Errors
    /// A step could not be taken.
    #[track_caller]
    pub fn start_sample_gateway(&self) -> TestResult<String> {
        self.click("tab", "Gateway")?;
        self.click("button", "Use a sample API")?;
        self.click("button", "Start gateway")?;
        self.find("button", "Stop gateway")?;
        let address = self.execute(
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
    pub fn wait_for_close_enabled(&self) -> TestResult {
        wait_until("Close was enabled", || {
            let close = self.find("button", "Close")?;
            Ok((!self.is_disabled(&close)?).then_some(()))
        })
    }

    /// Whether Close is disabled now.
    ///
    /// # Errors
    /// No prompt is open.
    #[track_caller]
    pub fn is_close_disabled(&self) -> TestResult<bool> {
        let close = self.find("button", "Close")?;
        self.is_disabled(&close)
    }

    /// Whether the element has the focus.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn is_focused(&self, element: &Element) -> TestResult<bool> {
        let focused = self.execute(
            "return document.activeElement === arguments[0]",
            &[element.as_argument()],
        )?;
        Ok(focused == Value::Bool(true))
    }

    /// Waits until a polite or assertive region says this.
    ///
    /// # Errors
    /// It was never said.
    #[track_caller]
    pub fn wait_for_announcement(&self, text: &str) -> TestResult {
        wait_until(&format!("“{text}” was said"), || {
            let said = self.live_region_text()?;
            Ok(said.contains(text).then_some(()))
        })
    }

    /// What the live regions of the page say now, white space joined.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn live_region_text(&self) -> TestResult<String> {
        let said = self.execute(
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
    pub fn wait_for_text(&self, text: &str) -> TestResult {
        wait_until(&format!("“{text}” stood on the page"), || {
            Ok(self.visible_text()?.contains(text).then_some(()))
        })
    }

    /// The text a person sees, white space joined.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn visible_text(&self) -> TestResult<String> {
        let text = self.execute("return document.body.innerText.replace(/\\s+/g, ' ')", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The text of the row of a key in the list, white space joined.
    ///
    /// # Errors
    /// There is no such row.
    #[track_caller]
    pub fn row_text(&self, name: &str) -> TestResult<String> {
        wait_until(&format!("a row for {name} stood in the list"), || {
            let text = self.execute(
                "const row = [...document.querySelectorAll('tr')].find((row) =>
                   row.querySelector('.key-name')?.textContent === arguments[0]);
                 return row?.innerText.replace(/\\s+/g, ' ').trim() ?? null",
                &[json!(name)],
            )?;
            Ok(text.as_str().map(str::to_owned))
        })
    }
}

fn text_of(value: &Value) -> TestResult<String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| TestError::new(format!("no text: {value}")))
}
