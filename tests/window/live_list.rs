//! The list of recent requests under traffic: rows are reused, but never while they have the focus.

use keystile_tests::curl::curl;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};

/// More rows than are ever drawn in the test window.
const MORE_THAN_DRAWN: u64 = 60;

/// Returns the ids of the drawn requests, newest first.
const LISTED: &str =
    "return [...document.querySelectorAll('request-log tbody tr[data-request]')].map(
    (row) => Number(row.dataset.request))";

fn listed(window: &Window<'_>) -> TestResult<Vec<u64>> {
    let rows = window.execute(LISTED, &[])?;
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_u64)
        .collect())
}

/// Sends more requests than rows are drawn, and waits until only they are. Returns the number of rows.
fn fill(window: &Window<'_>, url: &str, key: &str) -> TestResult<usize> {
    let newest = listed(window)?.first().copied();
    for _ in 0..MORE_THAN_DRAWN {
        assert_eq!(curl("GET", url, Some(key))?, 200, "the key may read");
    }
    wait_until("the list contained only new requests", || {
        let rows = listed(window)?;
        let is_new = rows.last().copied() > newest;
        let is_complete = rows.first().copied() >= newest.map(|id| id + MORE_THAN_DRAWN);
        Ok((is_new && is_complete).then_some(rows.len()))
    })
}

#[test]
fn new_requests_reuse_every_row_but_the_focused_one() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.click("button", "Try it with a sample API")?;
    let shown = window.read_prompt()?;
    window.copy_key()?;
    window.close_prompt()?;
    window.click("link", "Gateway")?;
    let url = window.execute(
        "return document.querySelector('gateway-state code').textContent",
        &[],
    )?;
    let url = url.as_str().ok_or_else(|| TestError::new("no address"))?;
    let url = format!("{url}/products");
    let drawn = fill(&window, &url, &shown.key)?;
    assert!(
        (10..MORE_THAN_DRAWN).contains(&(drawn as u64)),
        "only the rows near the visible part are drawn: {drawn}"
    );
    // Without scrolling, which would pause the list.
    window.execute(
        "window.before = [...document.querySelectorAll('request-log tbody tr[data-request]')];
         window.before[10].querySelector('button').focus({preventScroll: true});",
        &[],
    )?;
    fill(&window, &url, &shown.key)?;
    let is_gone = window.execute("return !window.before[10].isConnected", &[])?;
    assert_eq!(
        is_gone, true,
        "a focused row must not be reused for another request"
    );
    let has_focus = window.execute(
        "return document.activeElement.matches('request-log .request-scroll')",
        &[],
    )?;
    assert_eq!(
        has_focus, true,
        "the focus must move to the list when its row is removed"
    );
    let kept_rows = window.execute(
        "return window.before.filter((row) => row.isConnected).length",
        &[],
    )?;
    assert_eq!(
        kept_rows,
        drawn - 1,
        "every other row must be reused, because removed rows use memory"
    );
    window.screenshot("live-list")
}
