//! The data folder and the log, in Settings: the desktop's programs open them.

use std::os::unix::fs::PermissionsExt;

use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

#[test]
fn data_folder_and_log_are_opened_and_their_paths_copied() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    // Stands for the program that opens files of the desktop.
    let opener = desktop.programs()?.join("xdg-open");
    let opened = desktop.home().join("opened");
    std::fs::write(
        &opener,
        format!("#!/bin/sh\necho \"$1\" >> '{}'\n", opened.display()),
    )?;
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755))?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("link", "Settings")?;
    let data = desktop.home().join(".local/share/dev.keystile.desktop");
    let (store, log) = (data.join("store"), data.join("logs/keystile.log"));
    for path in [&store, &log] {
        window.wait_for_text(&path.display().to_string())?;
    }
    window.screenshot("settings-files")?;
    let mut expected = String::new();
    for (button, path) in [("Open folder", &store), ("Open log", &log)] {
        window.click("button", button)?;
        expected.push_str(&format!("{}\n", path.display()));
        wait_until(&format!("{button} opened {}", path.display()), || {
            let text = std::fs::read_to_string(&opened).unwrap_or_default();
            Ok((text == expected).then_some(()))
        })?;
    }
    window.click("button", "Copy path")?;
    wait_until("the path was copied", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok((text.as_deref() == store.to_str()).then_some(()))
    })?;
    std::fs::write(&opener, "#!/bin/sh\nexit 3 # no program for it\n")?;
    window.click("button", "Open folder")?;
    window.wait_for_text(&format!("Could not open {}.", store.display()))?;
    std::fs::remove_file(&log)?;
    window.click("button", "Open log")?;
    window.wait_for_text(&format!("Could not open {}.", log.display()))
}
