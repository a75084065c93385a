//! A WebDriver session with a program that shows a WebKitGTK window.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::headless::processes;

const POLL_INTERVAL: Duration = Duration::from_millis(50);
const DRIVER_TIMEOUT: Duration = Duration::from_secs(10);

/// A driver and the program that it opened. Both end when this is dropped.
pub(crate) struct Session {
    runtime: Runtime,
    driver: Child,
    /// `None` until the session is created and after it is closed.
    client: Option<Client>,
}

impl Session {
    /// Opens `program`. `configure` sets the environment of the driver, which the program inherits.
    pub(crate) fn open(
        program: &Path,
        arguments: &[String],
        configure: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new("WebKitWebDriver");
        command
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            // Without it a Tauri program does not accept a session, and creating one never returns.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null());
        configure(&mut command);
        let driver = command.spawn().context("Cannot start WebKitWebDriver")?;
        let mut session = Self {
            runtime,
            driver,
            client: None,
        };
        session.client = Some(session.connect(port, program, arguments)?);
        Ok(session)
    }

    fn connect(&self, port: u16, program: &Path, arguments: &[String]) -> anyhow::Result<Client> {
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > DRIVER_TIMEOUT {
                bail!(
                    "WebKitWebDriver did not open its port within {} s.",
                    DRIVER_TIMEOUT.as_secs()
                );
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        let options = json!({ "binary": program, "args": arguments });
        let mut capabilities = Capabilities::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let url = format!("http://127.0.0.1:{port}");
        self.runtime
            .block_on(builder.connect(&url))
            .context("WebKitWebDriver created no session")
    }

    fn client(&self) -> anyhow::Result<&Client> {
        self.client.as_ref().context("The session is closed")
    }

    /// Waits until the page says that its first screen is drawn.
    pub(crate) fn wait_until_drawn(&self, timeout: Duration) -> anyhow::Result<()> {
        let is_ready = "return document.documentElement.dataset.ready === 'true'";
        self.wait_for("the first screen", is_ready, timeout)
            .map(drop)
    }

    /// Runs a script in the page and returns its value.
    pub(crate) fn script(&self, source: &str) -> anyhow::Result<Value> {
        let value = self
            .runtime
            .block_on(self.client()?.execute(source, Vec::new()));
        value.context("A script failed in the page")
    }

    /// Runs a script until its value is neither false nor null, and returns the value. `name` stands for it in the
    /// error.
    pub(crate) fn wait_for(
        &self,
        name: &str,
        source: &str,
        timeout: Duration,
    ) -> anyhow::Result<Value> {
        let start = Instant::now();
        while start.elapsed() < timeout {
            let value = self.script(source)?;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        bail!(
            "The page did not show {name} within {} s.",
            timeout.as_secs()
        )
    }

    /// Clicks the button or link with this label as soon as it is enabled.
    pub(crate) fn click(&self, label: &str, timeout: Duration) -> anyhow::Result<()> {
        let path =
            format!("//*[self::button or self::a][not(@disabled)][normalize-space()='{label}']");
        let client = self.client()?;
        let click = async {
            let wait = client.wait().at_most(timeout).every(POLL_INTERVAL);
            wait.for_element(Locator::XPath(&path)).await?.click().await
        };
        self.runtime
            .block_on(click)
            .with_context(|| format!("Cannot click “{label}”"))
    }

    /// Takes a screenshot of the page, as PNG.
    pub(crate) fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        let screenshot = self.runtime.block_on(self.client()?.screenshot());
        screenshot.context("WebKitWebDriver took no screenshot")
    }

    /// Returns the driver and its descendants: the program, and the processes of its web view.
    pub(crate) fn process_tree(&self) -> Vec<u32> {
        processes::process_tree(self.driver.id())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A driver that is killed leaves its program running.
        let processes = self.process_tree();
        if let Some(client) = self.client.take() {
            let _ = self.runtime.block_on(client.close());
        }
        processes::end(&processes, Duration::from_secs(3));
        let _ = self.driver.wait();
    }
}
