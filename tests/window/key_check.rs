//! The prompt's check of a new key: what the verifier answers, not what was wished.

use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

#[test]
fn a_copied_key_is_checked_and_the_check_is_no_use_of_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("reader")?;
    window.wait_for_text("Checked once you copy it")?;
    window.copy_key()?;
    for words in ["read accepted", "write refused", "checked just now"] {
        window.wait_for_text(words)?;
    }
    window.close_prompt()?;
    assert!(
        window.row_text("reader")?.contains("never"),
        "Keystile's own question is not a request of a caller"
    );
    Ok(())
}

#[test]
fn a_verifier_that_disagrees_with_the_permissions_is_said_to_disagree() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("reader")?;
    // The prompt was opened for a key that may read; whoever has the file makes it one that may write.
    Database::at(&desktop.database())?.execute_sql(&format!(
        "UPDATE keys SET permissions = 'read write' WHERE id = '{}'",
        shown.key_id
    ))?;
    window.copy_key()?;
    window.wait_for_text(
        "The check does not agree with the key's permissions: write was accepted.",
    )?;
    window.screenshot("prompt-check-disagrees")?;
    assert!(
        !window.is_close_disabled()?,
        "a check is a word of warning, not a lock"
    );
    Ok(())
}
