//! Rejects requests that a web page sends: any page can post a form to this machine. The service sends no CORS headers.

use hyper::HeaderMap;
use hyper::header::ORIGIN;

use keystile_guard::Problem;

/// Rejects requests from a page of any origin. `Sec-Fetch-Site: none` is sent for a URL that the user entered.
///
/// # Errors
/// `browser_not_allowed`.
pub fn reject_browsers(headers: &HeaderMap) -> Result<(), Problem> {
    let is_from_page = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site.as_bytes() != b"none");
    if headers.contains_key(ORIGIN) || is_from_page {
        return Err(Problem::browser_not_allowed());
    }
    Ok(())
}
