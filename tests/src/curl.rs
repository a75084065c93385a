//! Requests as a developer sends them, with the real curl: the key goes over a pipe and stands on no command line.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::error::{TestError, TestResult};

/// Sends a request with a key as `X-API-KEY`; answers the status. 0: nobody answered.
///
/// # Errors
/// curl is not there.
pub fn curl(method: &str, url: &str, key: Option<&str>) -> TestResult<u16> {
    let header = key.map(|key| format!("X-API-KEY: {key}"));
    curl_with_header(method, url, header.as_deref())
}

/// Sends a request with a header; answers the status. 0: nobody answered.
///
/// # Errors
/// curl is not there.
pub fn curl_with_header(method: &str, url: &str, header: Option<&str>) -> TestResult<u16> {
    let mut sent = Command::new("curl")
        .args(["--silent", "--output", "/dev/null", "--max-time", "30"])
        .args(["--write-out", "%{http_code}", "--header", "@-"])
        .args(["--request", method])
        .args(if method == "GET" {
            &[][..]
        } else {
            &["--data", "{\"name\": \"Lamp\"}"]
        })
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut headers = sent
        .stdin
        .take()
        .ok_or_else(|| TestError::new("no input"))?;
    if let Some(header) = header {
        headers.write_all(format!("{header}\n").as_bytes())?;
    }
    drop(headers);
    let output = sent.wait_with_output()?;
    String::from_utf8_lossy(&output.stdout)
        .parse()
        .map_err(|_| TestError::new("curl named no status"))
}
