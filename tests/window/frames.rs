//! What is on the screen while dialogs open, lists are sorted, and tabs change: nothing jumps, and nothing is blank.

use keystile_tests::frames::{Area, Frame};
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use serde_json::json;

/// A part of the page that a dialog covers with its backdrop.
const CORNER: Area = Area {
    left: 2.0,
    top: 2.0,
    width: 8.0,
    height: 8.0,
};
/// Around a button, where its focus ring may appear.
const FOCUS_RING: f64 = 3.0;

/// Opens a dialog, and checks that its title and buttons are at their place in the first frame that shows it.
fn open_dialog(
    desktop: &HeadlessDesktop,
    window: &Window<'_>,
    name: &str,
    action: impl FnOnce() -> TestResult,
) -> TestResult {
    // The dialog before it may still be on the screen.
    let idle = desktop.record_frames(|| Ok(()))?;
    let frames = desktop.record_frames(action)?;
    let (Some(before), Some(last)) = (idle.last(), frames.last()) else {
        panic!("the screen was recorded");
    };
    assert!(
        before.crop(CORNER) != last.crop(CORNER),
        "{name} has a backdrop, by which its frames are found"
    );
    let shown: Vec<&Frame> = frames
        .iter()
        .filter(|frame| frame.crop(CORNER) == last.crop(CORNER))
        .collect();
    let looks: usize = shown.iter().map(|frame| frame.looks).sum();
    assert!(looks >= 10, "{name} was seen only {looks} times");
    let parts = window.areas("dialog[open] :is(h2, footer button)")?;
    for (index, frame) in shown.iter().enumerate() {
        for part in &parts {
            let part = part.inset(FOCUS_RING);
            assert!(
                frame.crop(part) == last.crop(part),
                "{name}: frame {index} of {} differs from the last one at {part:?}",
                shown.len()
            );
        }
    }
    window.screenshot(&format!("frames-{}", name.replace(' ', "-")))
}

#[test]
fn buttons_of_dialogs_do_not_move_while_dialogs_open() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    open_dialog(&desktop, &window, "new key", || {
        window.click("button", "New")?;
        window.find("dialog", "New API key").map(drop)
    })?;
    window.fill("API Key Name", "ci-writer")?;
    // One dialog replaces the other, so that the backdrop stays: only the last state is compared.
    window.click("button", "Create")?;
    window.read_prompt()?;
    window.copy_key()?;
    window.close_prompt()?;
    open_dialog(&desktop, &window, "revocation", || {
        window.click("button", "Actions for ci-writer")?;
        window.click("menuitem", "Revoke")?;
        window.find("alertdialog", "Revoke ci-writer?").map(drop)
    })?;
    window.click("button", "Cancel")?;
    window.click("link", "Environments")?;
    open_dialog(&desktop, &window, "new environment", || {
        window.click("button", "New environment")?;
        window.find("dialog", "New environment").map(drop)
    })
}

#[test]
fn header_stays_and_page_is_never_blank_while_tabs_change() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy_key()?;
    window.close_prompt()?;
    let title = window.areas("environment-screen h1")?[0];
    let tabs = window.areas("environment-screen nav")?[0];
    let page = Area {
        left: tabs.left,
        top: tabs.top + tabs.height + 2.0,
        width: tabs.width,
        height: 400.0,
    };
    for tab in ["Overview", "Gateway", "Playground", "API Keys"] {
        let frames = desktop.record_frames(|| window.click("link", tab))?;
        let first = &frames[0];
        let last = &frames[frames.len() - 1];
        let min_ink = last.ink(page).min(first.ink(page)) / 4;
        assert!(min_ink > 0, "{tab} shows something");
        for (index, frame) in frames.iter().enumerate() {
            assert!(
                frame.crop(title) == last.crop(title),
                "{tab}: the title moved in frame {index} of {}",
                frames.len()
            );
            assert!(
                frame.ink(page) >= min_ink,
                "{tab}: frame {index} of {} is blank or nearly so: {} instead of {min_ink} pixels",
                frames.len(),
                frame.ink(page)
            );
        }
    }
    Ok(())
}

#[test]
fn list_is_never_blank_while_it_is_sorted() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for number in 0..6 {
        window.create_key(&format!("worker {number}"))?;
        window.copy_key()?;
        window.close_prompt()?;
    }
    // The highlight of the last new row fills it with color.
    wait_until("the row was no longer highlighted", || {
        let animations = window.execute("return document.getAnimations().length", &[])?;
        Ok((animations == json!(0)).then_some(()))
    })?;
    let list = window.areas(".key-scroll tbody")?[0];
    // Each click changes the order.
    for column in ["Name", "Created", "Name", "Name"] {
        let frames = desktop.record_frames(|| window.click("button", column))?;
        let (first, last) = (&frames[0], &frames[frames.len() - 1]);
        assert!(
            first.crop(list) != last.crop(list),
            "the rows are in another order"
        );
        let min_ink = first.ink(list) / 2;
        assert!(min_ink > 0, "the list has rows");
        for (index, frame) in frames.iter().enumerate() {
            assert!(
                frame.ink(list) >= min_ink,
                "sorting by {column}: frame {index} of {} lacks rows: {} instead of {min_ink} pixels",
                frames.len(),
                frame.ink(list)
            );
        }
    }
    Ok(())
}
