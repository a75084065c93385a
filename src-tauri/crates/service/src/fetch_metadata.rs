//! Rejects requests that a page in a browser sends: any page can post a form to this machine without asking first. There are
//! no CORS headers anywhere in the service.

use hyper::HeaderMap;
use hyper::header::ORIGIN;

use keystile_guard::Problem;

/// Rejects what a page of any origin sent. `Sec-Fetch-Site: none` is a person who typed the address.
pub(crate) fn reject_browsers(headers: &HeaderMap) -> Result<(), Problem> {
    let is_from_page = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site.as_bytes() != b"none");
    if headers.contains_key(ORIGIN) || is_from_page {
        return Err(Problem::browser_refused());
    }
    Ok(())
}
