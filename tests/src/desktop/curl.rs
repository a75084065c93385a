//! Requests with curl. The key goes through a pipe, so it is not on the command line.

use std::io::Write;
use std::process::{Command, Stdio};

use super::error::{TestError, TestResult};

/// Sends a request with a key as `X-API-KEY` and returns the status, or 0 without a response.
///
/// # Errors
/// curl is missing.
pub fn curl(method: &str, url: &str, key: Option<&str>) -> TestResult<u16> {
    let header = key.map(|key| format!("X-API-KEY: {key}"));
    curl_with_header(method, url, header.as_deref())
}

/// Sends a request with a header and returns the status, or 0 without a response.
///
/// # Errors
/// curl is missing.
pub fn curl_with_header(method: &str, url: &str, header: Option<&str>) -> TestResult<u16> {
    let mut curl = Command::new("curl")
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
    let mut headers = curl
        .stdin
        .take()
        .ok_or_else(|| TestError::new("no standard input"))?;
    if let Some(header) = header {
        headers.write_all(format!("{header}\n").as_bytes())?;
    }
    drop(headers);
    let output = curl.wait_with_output()?;
    String::from_utf8_lossy(&output.stdout)
        .parse()
        .map_err(|_| TestError::new("curl printed no status"))
}
