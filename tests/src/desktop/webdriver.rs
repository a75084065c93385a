//! One WebDriver session with the desktop application, through WebKitWebDriver. The functions block; tests are
//! synchronous.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::actions::Actions;
use fantoccini::elements::{Element as RemoteElement, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::error::{TestError, TestResult};
use super::processes::ProcessGroup;
use super::wait::wait_until;
use super::window::Element;

/// Longer than a script may take, which waits up to 20 s for a keychain.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);
const SCRIPT_TIMEOUT: Duration = Duration::from_secs(50);

/// A driver process and its session. Dropping it ends the driver and the application.
#[derive(Debug)]
pub struct Driver {
    client: Client,
    // Before the processes, so that closing the session is never attempted.
    runtime: Runtime,
    _group: ProcessGroup,
}

impl Driver {
    /// Starts WebKitWebDriver by `command`, and `program` with `arguments` by it.
    ///
    /// # Errors
    /// The driver or the program did not start.
    pub fn open(command: &mut Command, program: &Path, arguments: &[&str]) -> TestResult<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        command
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            // A Tauri program accepts a session only with this.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null());
        let group = ProcessGroup::start(command)?;
        wait_until("WebKitWebDriver opened its port", || {
            Ok(TcpStream::connect(("127.0.0.1", port)).ok().map(drop))
        })?;
        let Value::Object(capabilities) = json!({
            "webkitgtk:browserOptions": { "binary": program, "args": arguments },
            "timeouts": { "script": SCRIPT_TIMEOUT.as_millis() as u64 },
        }) else {
            return Err(TestError::new("the capabilities must be an object"));
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let url = format!("http://127.0.0.1:{port}");
            let session = builder.capabilities(capabilities).connect(&url);
            tokio::time::timeout(RESPONSE_TIMEOUT, async {
                Ok::<_, TestError>(session.await?)
            })
            .await?
        })?;
        Ok(Self {
            client,
            runtime,
            _group: group,
        })
    }

    #[track_caller]
    fn run<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> TestResult<T> {
        let response = self
            .runtime
            .block_on(async { tokio::time::timeout(RESPONSE_TIMEOUT, command).await });
        Ok(response??)
    }

    fn remote(&self, element: &Element) -> RemoteElement {
        let id = ElementRef::from(element.0.clone());
        RemoteElement::from_element_id(self.client.clone(), id)
    }

    /// Executes a script and returns its value.
    ///
    /// # Errors
    /// The script threw, or the page is gone.
    #[track_caller]
    pub fn execute(&self, script: &str, args: &[Value]) -> TestResult<Value> {
        self.run(self.client.execute(script, args.to_vec()))
    }

    /// Executes a script that passes its value to its last argument.
    ///
    /// # Errors
    /// As [`Driver::execute`].
    #[track_caller]
    pub fn execute_async(&self, script: &str, args: &[Value]) -> TestResult<Value> {
        self.run(self.client.execute_async(script, args.to_vec()))
    }

    /// Returns the accessible name of an element.
    ///
    /// # Errors
    /// The element is gone.
    #[track_caller]
    pub fn computed_label(&self, element: &Element) -> TestResult<String> {
        self.computed("computedlabel", element)
    }

    /// Returns the accessible role of an element.
    ///
    /// # Errors
    /// The element is gone.
    #[track_caller]
    pub fn computed_role(&self, element: &Element) -> TestResult<String> {
        self.computed("computedrole", element)
    }

    #[track_caller]
    fn computed(&self, property: &'static str, element: &Element) -> TestResult<String> {
        let command = ComputedProperty {
            property,
            element: element.0.clone(),
        };
        let value = self.run(self.client.issue_cmd(command))?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Clicks an element.
    ///
    /// # Errors
    /// The element is covered by another, or gone.
    #[track_caller]
    pub fn click(&self, element: &Element) -> TestResult {
        self.run(self.remote(element).click())
    }

    /// Types a text into an element.
    ///
    /// # Errors
    /// The element is gone.
    #[track_caller]
    pub fn send_keys(&self, element: &Element, text: &str) -> TestResult {
        self.run(self.remote(element).send_keys(text))
    }

    /// Performs keyboard or pointer actions.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn perform_actions(&self, actions: impl Into<Actions>) -> TestResult {
        self.run(self.client.perform_actions(actions))
    }

    /// Reloads the page.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn refresh(&self) -> TestResult {
        self.run(self.client.refresh())
    }

    /// Takes a screenshot as PNG.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn screenshot(&self) -> TestResult<Vec<u8>> {
        self.run(self.client.screenshot())
    }
}

/// "Get Computed Label" and "Get Computed Role" of WebDriver 2, which fantoccini lacks.
#[derive(Debug)]
struct ComputedProperty {
    property: &'static str,
    element: String,
}

impl WebDriverCompatibleCommand for ComputedProperty {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!(
            "session/{}/element/{}/{}",
            session_id.unwrap_or_default(),
            self.element,
            self.property
        ))
    }

    fn method_and_body(&self, _url: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}
