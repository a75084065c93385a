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
        window.press_keys(&[], &[search])?;
        window.wait_for_script(
            "the package was the first of a few results",
            &format!(
                "document.querySelector('.license-name').textContent === '{package}'
                 && document.querySelectorAll('.licenses li').length < 10"
            ),
        )?;
        if search == "inter" {
            break;
        }
        window.press_keys(&[], &[key::ESCAPE])?;
        window.wait_for_script(
            "Escape cleared the search and left the dialog open",
            "document.querySelectorAll('dialog[open] .licenses li').length > 100",
        )?;
    }
    window.execute("document.querySelector('.licenses summary').click()", &[])?;
    window.wait_for_text("SIL OPEN FONT LICENSE")?;
    window.screenshot("licenses-text")?;
    window.click("button", "Done")?;
    window.wait_until_gone("dialog", "Licenses")
}
