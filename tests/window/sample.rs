//! From an empty database to a key that is seen to be refused, without an API, a proxy or a terminal of one's own.

use std::cell::Cell;

use keystile_tests::{HeadlessDesktop, TestResult, Window};

/// What the live list says of the newest request.
fn newest(window: &Window<'_>) -> TestResult<String> {
    let row = window.execute(
        "const row = document.querySelector('decision-list tbody tr');
         return row?.innerText.replace(/\\s+/g, ' ').trim() ?? ''",
        &[],
    )?;
    Ok(row.as_str().unwrap_or_default().to_owned())
}

#[test]
fn from_nothing_to_a_revoked_key_that_is_refused_in_at_most_twelve_clicks() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let clicks = Cell::new(0);
    let click = |role: &str, name: &str| {
        clicks.set(clicks.get() + 1);
        window.click(role, name)
    };
    let wait_newest = |words: &[&str]| {
        keystile_tests::wait_until(&format!("the newest decision said {words:?}"), || {
            let row = newest(&window)?;
            Ok(words.iter().all(|word| row.contains(word)).then_some(()))
        })
    };
    window.screenshot("sample-first-run")?;
    click("button", "Try it with a sample API")?;
    let shown = window.read_prompt()?;
    window.screenshot("sample-prompt-before")?;
    click("button", "Copy")?;
    window.wait_for_close_enabled()?;
    window.wait_for_text("read accepted")?;
    window.wait_for_text("write refused")?;
    window.screenshot("sample-prompt-checked")?;
    click("button", "Try it")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    click("button", "GET /products")?;
    wait_newest(&["GET", "/products", "reader", "accepted"])?;
    window.wait_for_text("200 OK")?;
    click("button", "POST /products")?;
    wait_newest(&["POST", "/products", "reader", "refused: lacks write"])?;
    window.wait_for_text("403 Forbidden")?;
    window.screenshot("sample-playground")?;
    assert!(
        !window.page_content()?.contains(&shown.key),
        "the key that is tried is held in Rust and nowhere in the page"
    );
    click("button", "Revoke reader")?;
    window.find("alertdialog", "Revoke reader?")?;
    click("button", "Revoke key")?;
    window.wait_for_text("reader was revoked.")?;
    click("button", "GET /products")?;
    wait_newest(&["GET", "/products", "reader", "refused: revoked"])?;
    window.wait_for_text("401 Unauthorized")?;
    window.screenshot("sample-revoked")?;
    assert!(
        clicks.get() <= 12,
        "{} clicks are more than somebody who is curious gives",
        clicks.get()
    );
    Ok(())
}
