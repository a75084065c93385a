//! The database file is replaced while the window is open: the window opens the new file by itself.

use keystile_tests::curl::curl;
use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

fn create(window: &Window<'_>, name: &str) -> TestResult<String> {
    let key = window.create_key(name)?.key;
    window.copy_key()?;
    window.close_prompt()?;
    window.row_text(name)?;
    Ok(key)
}

#[test]
fn replaced_database_is_reopened_and_revocation_applies() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let first = create(&window, "first")?;
    let second = create(&window, "second")?;
    let url = window.start_sample_gateway()?;
    window.click("link", "API Keys")?;
    let copy = desktop.database().with_extension("copy");
    std::fs::copy(desktop.database(), &copy)?;
    window.revoke_key("second")?;
    assert_eq!(
        curl("GET", &url, Some(&second))?,
        401,
        "the key is revoked in the file that will be replaced"
    );

    std::fs::rename(&copy, desktop.database())?;
    wait_until("the list showed the keys of the copy", || {
        let rows = window.execute(
            "return [...document.querySelectorAll('.key-name')].map((name) => name.textContent).sort().join()",
            &[],
        )?;
        Ok((rows == "first,second").then_some(()))
    })?;
    wait_until("the gateway used the copy", || {
        Ok((curl("GET", &url, Some(&second))? == 200).then_some(()))
    })?;
    window.screenshot("database-replaced")?;

    window.revoke_key("first")?;
    assert_eq!(
        curl("GET", &url, Some(&first))?,
        401,
        "a revocation must be written to the new file and apply to the next request"
    );
    assert_eq!(
        Database::at(&desktop.database())?.count_keys("name = 'first' AND state = 'revoked'")?,
        1,
        "other programs must see the revocation"
    );
    assert_eq!(
        curl("GET", &url, Some(&second))?,
        200,
        "the other key of the copy must stay active"
    );
    Ok(())
}
