//! Requests that a page in a browser sends. A form can be posted to this machine by any page without asking first; the
//! owner's paths refuse it. There are no CORS headers anywhere in the service.

use hyper::HeaderMap;
use hyper::header::ORIGIN;

use keystile_guard::Problem;

/// Refuses what a page of any origin sent. `Sec-Fetch-Site: none` is a person who typed the address.
pub(crate) fn refuse(headers: &HeaderMap) -> Result<(), Problem> {
    let is_from_page = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site.as_bytes() != b"none");
    if headers.contains_key(ORIGIN) || is_from_page {
        return Err(Problem::browser_refused());
    }
    Ok(())
}
