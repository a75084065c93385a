//! The window draws its text with the font that comes with it, under its content security policy.

use keystile_tests::{HeadlessDesktop, TestResult, Window};

#[test]
fn text_is_drawn_with_the_bundled_font() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.wait_for_script(
        "the Latin subset was loaded, and no other",
        "[...document.fonts].filter((font) => font.status === 'loaded').length === 1
         && document.fonts.check('14px \"Inter Variable\"', 'Keystile')",
    )
}
