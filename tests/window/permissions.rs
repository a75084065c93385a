//! What a key may do: Read always, Write when asked for, shown the same in the dialog, the prompt and the list.

use keystile_tests::database::Database;
use keystile_tests::{Desk, Journey, Window};
use serde_json::{Value, json};

/// The permissions that the prompt shows below the key.
fn in_prompt(window: &Window<'_>) -> Journey<Value> {
    window.script(
        "return [...document.querySelectorAll('.prompt-permissions-list .chip')].map((chip) => chip.textContent.trim())",
        &[],
    )
}

/// The permissions in a key's row.
fn in_row(window: &Window<'_>, name: &str) -> Journey<Value> {
    window.row(name)?;
    window.script(
        "const row = [...document.querySelectorAll('tr')].find((row) =>
           row.querySelector('.key-name')?.textContent === arguments[0]);
         return [...row.querySelectorAll('.col-permissions .chip')].map((chip) => chip.textContent.trim())",
        &[json!(name)],
    )
}

#[test]
fn read_is_always_given_and_write_only_when_checked() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for (name, write, expected, stored) in [
        ("reader", false, json!(["Read"]), "read"),
        ("writer", true, json!(["Read", "Write"]), "read write"),
    ] {
        window.press("button", "New")?;
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
            // Nothing can be pressed here, which is the point; the label is tried too.
            window.script(
                "arguments[0].click(); arguments[0].labels[0].click()",
                &[read.argument()],
            )?;
        }
        let box_of_write = window.find("checkbox", "Write")?;
        assert_eq!(
            window.property(&box_of_write, "checked")?,
            json!(false),
            "nothing is allowed by itself"
        );
        if write {
            window.press("checkbox", "Write")?;
        }
        window.press("button", "Create")?;
        window.shown()?;
        assert_eq!(in_prompt(&window)?, expected, "the prompt of {name}");
        window.copy()?;
        window.close()?;
        assert_eq!(in_row(&window, name)?, expected, "the row of {name}");
        let database = Database::at(&desk.database())?;
        let sql = format!("SELECT permissions FROM keys WHERE name = '{name}'");
        assert_eq!(
            database.texts(&sql)?,
            [stored],
            "what is stored for {name} is what was shown"
        );
    }
    Ok(())
}
