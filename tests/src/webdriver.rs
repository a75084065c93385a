//! Speaks WebDriver to one WebKitWebDriver on this machine: one request a connection, and the answer's value or its
//! refusal. It knows no page and no Keystile; `window` does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{TestError, TestResult};
use crate::processes::ProcessGroup;
use crate::wait::wait_until;

/// How long the driver may take for one answer; a page that waits 20 s for a keychain included.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A driver with the one session it can have.
#[derive(Debug)]
pub struct Driver {
    port: u16,
    session: String,
    _group: ProcessGroup,
}

impl Driver {
    /// Starts a driver by `command` and lets it start `program`.
    ///
    /// # Errors
    /// The driver or the program did not start.
    pub fn open(command: &mut Command, program: &Path) -> TestResult<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        command
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            // Without it a Tauri program refuses to be driven and the session never begins.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null());
        let mut driver = Self {
            port,
            session: String::new(),
            _group: ProcessGroup::start(command)?,
        };
        wait_until("WebKitWebDriver opened its port", || {
            Ok(TcpStream::connect(("127.0.0.1", port)).ok().map(drop))
        })?;
        let wish = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": program, "args": [] },
            "timeouts": { "script": 50_000 },
        } } });
        let answer = driver.ask("POST", "/session", Some(&wish))?;
        driver.session = answer["sessionId"]
            .as_str()
            .ok_or_else(|| TestError::new("the driver answered without a session"))?
            .to_owned();
        Ok(driver)
    }

    /// Asks within the session.
    ///
    /// # Errors
    /// The driver refused; the sentence begins with its error code.
    #[track_caller]
    pub fn get(&self, path: &str) -> TestResult<Value> {
        self.ask("GET", &format!("/session/{}/{path}", self.session), None)
    }

    /// Tells within the session.
    ///
    /// # Errors
    /// As [`Driver::get`].
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> TestResult<Value> {
        self.ask(
            "POST",
            &format!("/session/{}/{path}", self.session),
            Some(body),
        )
    }

    #[track_caller]
    fn ask(&self, verb: &str, path: &str, body: Option<&Value>) -> TestResult<Value> {
        let answer = exchange(self.port, verb, path, body)?;
        let mut answer: Value = serde_json::from_slice(&answer)?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            None => Ok(value),
            Some(error) => Err(TestError::new(format!(
                "{error}: {}",
                value["message"].as_str().unwrap_or("no reason given")
            ))),
        }
    }
}

/// The body of the answer.
fn exchange(port: u16, verb: &str, path: &str, body: Option<&Value>) -> std::io::Result<Vec<u8>> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    write!(
        stream,
        "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
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
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut content = vec![0; length];
    answer.read_exact(&mut content)?;
    Ok(content)
}
