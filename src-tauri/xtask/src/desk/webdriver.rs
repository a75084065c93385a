//! Opens a program with a WebKitGTK window through WebDriver, looks into its page, presses its buttons and takes its
//! picture. Called by `run --screenshot` and `bench window`. It speaks just enough HTTP/1.1 for one driver on this machine
//! and types nothing: the journeys have a full client of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use crate::desk::processes;
use crate::failure::Failure;

/// Under this name the WebDriver standard hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A driver, and the program it opened.
pub(crate) struct Driven {
    driver: Child,
    port: u16,
    session: String,
}

impl Driven {
    /// Opens `program`; `settle` gives the driver, and so the program, its screen and its home.
    ///
    /// # Errors
    /// The driver did not start, or the program did not open a window.
    pub(crate) fn open(
        program: &Path,
        arguments: &[String],
        settle: impl FnOnce(&mut Command),
    ) -> Result<Self, Failure> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            // Without it a Tauri program refuses to be driven and the session never begins.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null());
        settle(&mut command);
        let driver = command
            .spawn()
            .map_err(|cause| Failure::from_cause("WebKitWebDriver could not be started", &cause))?;
        let mut driven = Self {
            driver,
            port,
            session: String::new(),
        };
        driven.wait_for_driver()?;
        let options = json!({ "binary": program, "args": arguments });
        let wish =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let answer = driven.ask("POST", "/session", Some(&wish))?;
        driven.session = answer["sessionId"]
            .as_str()
            .ok_or_else(|| Failure::new("WebKitWebDriver answered without a session."))?
            .to_owned();
        Ok(driven)
    }

    fn wait_for_driver(&self) -> Result<(), Failure> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(Failure::new(
            "WebKitWebDriver did not open its port within ten seconds.",
        ))
    }

    /// Waits until the page says that its first screen is drawn.
    ///
    /// # Errors
    /// It did not within `patience`.
    pub(crate) fn wait_until_drawn(&self, patience: Duration) -> Result<(), Failure> {
        let drawn = "return document.documentElement.dataset.ready === 'true'";
        self.wait_for("The first screen was not drawn", drawn, patience)
            .map(|_| ())
    }

    /// What a script of the page returns.
    ///
    /// # Errors
    /// It threw, or the driver did not answer.
    pub(crate) fn script(&self, source: &str) -> Result<Value, Failure> {
        let question = json!({ "script": source, "args": [] });
        self.in_session("POST", "execute/sync", Some(&question))
    }

    /// What a script of the page returns as soon as that is neither false nor nothing. `otherwise` is the sentence without
    /// its time and full stop.
    ///
    /// # Errors
    /// It did not within `patience`.
    pub(crate) fn wait_for(
        &self,
        otherwise: &str,
        source: &str,
        patience: Duration,
    ) -> Result<Value, Failure> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            let answer = self.script(source)?;
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return Ok(answer);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Failure::new(format!(
            "{otherwise} within {} seconds.",
            patience.as_secs()
        )))
    }

    /// Presses the button or link with exactly these words, as soon as it can be pressed.
    ///
    /// # Errors
    /// It could not be pressed within `patience`.
    pub(crate) fn press(&self, words: &str, patience: Duration) -> Result<(), Failure> {
        let place =
            format!("//*[self::button or self::a][not(@disabled)][normalize-space()='{words}']");
        let question = json!({ "using": "xpath", "value": place });
        let begun = Instant::now();
        loop {
            let pressed = self
                .in_session("POST", "element", Some(&question))
                .and_then(|found| {
                    let element = found[ELEMENT].as_str().unwrap_or_default();
                    self.in_session(
                        "POST",
                        &format!("element/{element}/click"),
                        Some(&json!({})),
                    )
                });
            match pressed {
                Ok(_) => return Ok(()),
                Err(failure) if begun.elapsed() >= patience => {
                    return Err(Failure::from_cause(
                        &format!("“{words}” could not be pressed"),
                        &failure,
                    ));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// The driver and all that descends from it: the program, and the processes of its web view.
    pub(crate) fn family(&self) -> Vec<u32> {
        processes::family(self.driver.id())
    }

    /// The page as a PNG file's bytes.
    ///
    /// # Errors
    /// The driver gave none.
    pub(crate) fn picture(&self) -> Result<Vec<u8>, Failure> {
        let answer = self.in_session("GET", "screenshot", None)?;
        let text = answer.as_str().unwrap_or_default();
        let picture = base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|cause| Failure::from_cause("The screenshot is not base64", &cause))?;
        if !picture.starts_with(b"\x89PNG") {
            return Err(Failure::new("The screenshot is no PNG."));
        }
        Ok(picture)
    }

    fn in_session(&self, verb: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.ask(verb, &format!("/session/{}/{path}", self.session), body)
    }

    /// One request, one connection; the answer's `value`.
    fn ask(&self, verb: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let answer = exchange(self.port, verb, path, body).map_err(|cause| {
            Failure::from_cause(
                &format!("WebKitWebDriver does not answer {verb} {path}"),
                &cause,
            )
        })?;
        let mut answer: Value = serde_json::from_slice(&answer)
            .map_err(|cause| Failure::from_cause("WebKitWebDriver's answer is not JSON", &cause))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            None => Ok(value),
            Some(error) => Err(Failure::new(format!(
                "WebKitWebDriver refused {verb} {path}: {error} ({}).",
                value["message"].as_str().unwrap_or("no reason given")
            ))),
        }
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.ask("DELETE", &format!("/session/{}", self.session), None);
        }
        // A driver that ends leaves its program running, so both are ended by name.
        processes::end(&self.family(), Duration::from_secs(3));
        let _ = self.driver.wait();
    }
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|cause| Failure::from_cause("No free port was found", &cause))
}

/// The body of the answer.
fn exchange(port: u16, verb: &str, path: &str, body: Option<&Value>) -> std::io::Result<Vec<u8>> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    // The driver keeps the connection open whatever it is asked, so the length has to be believed.
    let mut answer = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if answer.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut content = vec![0; length];
    answer.read_exact(&mut content)?;
    Ok(content)
}
