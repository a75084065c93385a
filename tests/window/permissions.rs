//! Permissions of a key: Read always, Write when checked. The dialog, the prompt, and the list must agree.

use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestResult, Window};
use serde_json::{Value, json};

/// Returns the permissions that the prompt shows.
fn in_prompt(window: &Window<'_>) -> TestResult<Value> {
    window.execute(
        "return [...document.querySelectorAll('.prompt-permissions-list .chip')].map((chip) => chip.textContent.trim())",
        &[],
    )
}

/// Returns the permissions in the row of a key.
fn in_row(window: &Window<'_>, name: &str) -> TestResult<Value> {
    window.row_text(name)?;
    window.execute(
        "const row = [...document.querySelectorAll('tr')].find((row) =>
           row.querySelector('.key-name')?.textContent === arguments[0]);
         return [...row.querySelectorAll('.col-permissions .chip')].map((chip) => chip.textContent.trim())",
        &[json!(name)],
    )
}

#[test]
fn read_is_always_granted_and_write_only_when_checked() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for (name, write, expected, stored) in [
        ("reader", false, json!(["Read"]), "read"),
        ("writer", true, json!(["Read", "Write"]), "read write"),
    ] {
        window.click("button", "New")?;
        window.find("dialog", "New API key")?;
        window.fill("API Key Name", name)?;
        let read = window.find("checkbox", "Read")?;
        for attempt in ["at first", "after a press"] {
            assert_eq!(
                (
                    window.property(&read, "checked")?,
                    window.is_disabled(&read)?
                ),
                (json!(true), true),
                "Read is checked and cannot be changed, {attempt}"
            );
            // The checkbox is disabled. Click its label too.
            window.execute(
                "arguments[0].click(); arguments[0].labels[0].click()",
                &[read.as_argument()],
            )?;
        }
        let box_of_write = window.find("checkbox", "Write")?;
        assert_eq!(
            window.property(&box_of_write, "checked")?,
            json!(false),
            "Write must be off by default"
        );
        if write {
            window.click("checkbox", "Write")?;
        }
        window.click("button", "Create")?;
        window.read_prompt()?;
        assert_eq!(in_prompt(&window)?, expected, "the prompt of {name}");
        window.copy_key()?;
        window.close_prompt()?;
        assert_eq!(in_row(&window, name)?, expected, "the row of {name}");
        let database = Database::at(&desktop.database())?;
        let sql = format!("SELECT permissions FROM keys WHERE name = '{name}'");
        assert_eq!(
            database.query_texts(&sql)?,
            [stored],
            "the stored permissions of {name} must match the shown ones"
        );
    }
    Ok(())
}
