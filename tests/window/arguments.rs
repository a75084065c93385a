//! The desktop program in a terminal without a display.

use std::process::{Command, Output};

use keystile_tests::TestResult;
use keystile_tests::window::program;

fn run_without_display(arguments: &[&str]) -> TestResult<Output> {
    let home = tempfile::tempdir()?;
    let output = Command::new(program())
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", home.path())
        .output()?;
    Ok(output)
}

#[test]
fn desktop_without_a_display_says_why_it_does_not_start() -> TestResult {
    let output = run_without_display(&[])?;
    let error = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(1), "it did not start: {error}");
    assert!(
        error.contains("no display is available; start it in a desktop session"),
        "the cause and the next step are printed: {error}"
    );
    assert!(!error.contains("panicked"), "nothing panics: {error}");
    Ok(())
}

#[test]
fn help_and_version_of_the_desktop_need_no_display() -> TestResult {
    for (argument, expected) in [
        ("--help", "Usage: keystile-desktop [LINK]"),
        ("--version", concat!("Keystile ", env!("CARGO_PKG_VERSION"))),
    ] {
        let output = run_without_display(&[argument])?;
        let text = String::from_utf8(output.stdout)?;
        assert!(output.status.success(), "{argument} succeeds");
        assert!(text.starts_with(expected), "{argument} prints {text}");
    }
    Ok(())
}
