//! The list of recent requests under traffic: rows are reused, but never while they have the focus.

use keystile_tests::curl::curl;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};

/// The number of rows that the list displays under traffic.
const DRAWN: usize = 50;

/// Returns the numbers of the listed decisions, newest first.
const LISTED: &str = "return [...document.querySelectorAll('request-log tbody tr')].map((row) => Number(row.dataset.decision))";

fn listed(window: &Window<'_>) -> TestResult<Vec<u64>> {
    let rows = window.execute(LISTED, &[])?;
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_u64)
        .collect())
}

/// Sends more requests than there are rows, and waits until only they are listed.
fn fill(window: &Window<'_>, url: &str, key: &str) -> TestResult {
    let newest = listed(window)?.first().copied();
    for _ in 0..DRAWN + 5 {
        assert_eq!(curl("GET", url, Some(key))?, 200, "the key may read");
    }
    wait_until("the list contained only new requests", || {
        let rows = listed(window)?;
        let is_new = rows.last().copied() > newest;
        Ok((rows.len() == DRAWN && is_new).then_some(()))
    })
}

#[test]
fn new_decisions_reuse_every_row_but_the_focused_one() -> TestResult {
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
    fill(&window, &url, &shown.key)?;
    // Without scrolling, which would pause the list.
    window.execute(
        "window.before = [...document.querySelectorAll('request-log tbody tr')];
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
        DRAWN - 1,
        "every other row must be reused, because removed rows use memory"
    );
    window.screenshot("live-list")
}
