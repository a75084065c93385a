//! Steps that many tests take through the fields and buttons of the window.

use serde_json::{Value, json};

use super::error::{TestError, TestResult};
use super::wait::wait_until;
use super::window::{Element, Window};

/// The content of the one-time prompt.
#[derive(Debug, Clone)]
pub struct PromptContent {
    /// The plain key as the prompt shows it.
    pub key: String,
    /// The ticket of the prompt.
    pub ticket: String,
    /// The key's id.
    pub key_id: String,
    /// The id of its environment.
    pub environment_id: String,
}

impl Window<'_> {
    /// Creates a project with one environment on the first-run screen and waits for its empty API Keys tab.
    ///
    /// # Errors
    /// A step failed.
    #[track_caller]
    pub fn create_first_environment(&self, project: &str, environment: &str) -> TestResult {
        self.fill("Project name", project)?;
        self.fill("Environment name", environment)?;
        self.click("button", "Create environment")?;
        self.find("heading", "No API keys yet").map(drop)
    }

    /// Creates an environment in the shown project.
    ///
    /// # Errors
    /// A step failed.
    #[track_caller]
    pub fn create_another_environment(&self, name: &str) -> TestResult {
        self.click("link", "Environments")?;
        self.click("button", "New environment")?;
        self.fill("Environment name", name)?;
        self.click("button", "Create environment")
    }

    /// Waits until the application has exited.
    ///
    /// # Errors
    /// It still runs.
    #[track_caller]
    pub fn wait_until_exited(&self) -> TestResult {
        wait_until("the program ended", || Ok(self.has_exited().then_some(())))
    }

    /// Creates a key and waits until the one-time prompt shows it.
    ///
    /// # Errors
    /// A step failed.
    #[track_caller]
    pub fn create_key(&self, name: &str) -> TestResult<PromptContent> {
        self.click("button", "New")?;
        self.find("dialog", "New API key")?;
        self.fill("API Key Name", name)?;
        self.click("button", "Create")?;
        self.read_prompt()
    }

    /// Waits for the one-time prompt and reads it. Its buttons are active 300 ms after it appears.
    ///
    /// # Errors
    /// No prompt appeared.
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
            "the prompt accepted clicks",
            "performance.now() - document.querySelector('one-time-prompt').shownAt > 300",
        )?;
        Ok(PromptContent {
            key,
            ticket,
            key_id: text_of(&prompt["keyId"])?,
            environment_id: text_of(&prompt["environmentId"])?,
        })
    }

    /// Clicks Copy and waits until Close is enabled.
    ///
    /// # Errors
    /// Copying failed.
    #[track_caller]
    pub fn copy_key(&self) -> TestResult {
        self.click("button", "Copy")?;
        self.wait_for_close_enabled()
    }

    /// Clicks Close and waits until the prompt is gone.
    ///
    /// # Errors
    /// The prompt stayed open.
    #[track_caller]
    pub fn close_prompt(&self) -> TestResult {
        self.click("button", "Close")?;
        self.wait_until_gone("alertdialog", "Your new API key")
    }

    /// Revokes a key by the menu of its row, where no confirmation by name is required.
    ///
    /// # Errors
    /// A step failed.
    #[track_caller]
    pub fn revoke_key(&self, name: &str) -> TestResult {
        self.click("button", &format!("Actions for {name}"))?;
        self.click("menuitem", "Revoke")?;
        self.find("alertdialog", &format!("Revoke {name}?"))?;
        self.click("button", "Revoke key")?;
        self.wait_for_text(&format!("Revoked {name}"))
    }

    /// Starts the gateway with the sample API in the Gateway tab. Returns the URL of the sample's products.
    ///
    /// # Errors
    /// A step failed.
    #[track_caller]
    pub fn start_sample_gateway(&self) -> TestResult<String> {
        self.click("link", "Gateway")?;
        self.click("button", "Use a sample API")?;
        self.wait_for_text("Using the sample API")?;
        self.click("button", "Start gateway")?;
        self.find("button", "Stop gateway")?;
        let url = self.execute(
            "return document.querySelector('gateway-state code').textContent",
            &[],
        )?;
        Ok(format!("{}/products", text_of(&url)?))
    }

    /// Waits until Close is enabled.
    ///
    /// # Errors
    /// It was not enabled in time.
    #[track_caller]
    pub fn wait_for_close_enabled(&self) -> TestResult {
        wait_until("Close was enabled", || {
            let close = self.find("button", "Close")?;
            Ok((!self.is_disabled(&close)?).then_some(()))
        })
    }

    /// Returns whether Close is disabled now.
    ///
    /// # Errors
    /// No prompt is open.
    #[track_caller]
    pub fn is_close_disabled(&self) -> TestResult<bool> {
        let close = self.find("button", "Close")?;
        self.is_disabled(&close)
    }

    /// Returns whether the element has the focus.
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
}

fn text_of(value: &Value) -> TestResult<String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| TestError::new(format!("not a string: {value}")))
}
