//! The prompt's test of a new key shows the verifier's decision.

use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

#[test]
fn copied_key_is_tested_without_counting_as_used() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("reader")?;
    window.wait_for_text("Tested when you copy it")?;
    window.copy_key()?;
    for text in ["Read allowed", "Write denied", "just now ·"] {
        window.wait_for_text(text)?;
    }
    assert!(
        !window.page_content()?.contains("Copy curl command"),
        "without a gateway or an endpoint there is nothing to call"
    );
    window.close_prompt()?;
    assert!(
        window.row_text("reader")?.contains("Never"),
        "the test must not count as a use of the key"
    );
    Ok(())
}

#[test]
fn key_check_reports_permission_mismatch() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("reader")?;
    // The prompt shows a read-only key; the file then grants it write.
    Database::at(&desktop.database())?.execute_sql(&format!(
        "UPDATE keys SET permissions = 'read write' WHERE id = '{}'",
        shown.key_id
    ))?;
    window.copy_key()?;
    window.wait_for_text("The test result doesn't match the key's permissions: Write allowed.")?;
    window.screenshot("prompt-check-disagrees")?;
    assert!(
        !window.is_close_disabled()?,
        "a failed test must not disable Close"
    );
    Ok(())
}
