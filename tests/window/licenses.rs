//! The licenses of the software in Keystile, in Settings.

use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

#[test]
fn licenses_are_listed_with_their_texts() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("link", "Settings")?;
    assert_eq!(
        window.execute(
            "return performance.getEntriesByType('resource').filter(({name}) => name.includes('licenses')).length",
            &[]
        )?,
        0,
        "the list is loaded when it is opened"
    );
    window.click("button", "Show licenses")?;
    window.find("dialog", "Licenses")?;
    window.wait_for_script(
        "the packages were listed",
        "document.querySelectorAll('.licenses li').length > 100",
    )?;
    window.screenshot("licenses")?;
    for (search, package) in [
        ("sqlx-core", "sqlx-core"),
        ("inter", "@fontsource-variable/inter"),
    ] {
        window.click("searchbox", "Search packages")?;
        // Clears the field and leaves the dialog open.
        window.press_keys(&[], &[key::ESCAPE])?;
        for letter in search.chars() {
            window.press_keys(&[], &[&letter.to_string()])?;
        }
        window.wait_for_script(
            "the package was found",
            &format!(
                "[...document.querySelectorAll('.license-name')].some((name) => name.textContent === '{package}')"
            ),
        )?;
    }
    window.execute("document.querySelector('.licenses summary').click()", &[])?;
    window.wait_for_text("SIL OPEN FONT LICENSE")?;
    window.screenshot("licenses-text")?;
    window.press_keys(&[], &[key::ESCAPE])?;
    window.wait_until_gone("dialog", "Licenses")
}
