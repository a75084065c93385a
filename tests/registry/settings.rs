//! Settings: defaults, the values there are, and what is stored of them.

use keystile_registry::{CLIPBOARD_SECONDS, Settings, Theme};

use crate::fixture::{TestApp, error_code};

#[tokio::test]
async fn settings_are_kept_and_recorded_once() {
    let app = TestApp::new().await;
    assert_eq!(
        app.registry.settings().await.expect("settings"),
        Settings {
            theme: Theme::System,
            clipboard_seconds: Some(45),
            single_keys: true
        },
        "what holds before anything was chosen"
    );
    let chosen = Settings {
        theme: Theme::Dark,
        clipboard_seconds: None,
        single_keys: false,
    };
    for _ in 0..2 {
        let changed = app.registry.change_settings(chosen).await;
        assert_eq!(changed.expect("changed"), chosen);
    }
    assert_eq!(
        app.count_audit("settings.changed").await,
        1,
        "no change, no row"
    );
    let second = app.second_instance().await;
    assert_eq!(second.registry.settings().await.expect("settings"), chosen);
}

#[tokio::test]
async fn only_the_offered_seconds_are_taken() {
    let app = TestApp::new().await;
    for seconds in [0, 1, 44, 100, u32::MAX] {
        let wrong = Settings {
            clipboard_seconds: Some(seconds),
            ..Settings::default()
        };
        assert_eq!(
            error_code(app.registry.change_settings(wrong).await),
            "bad_request",
            "{seconds}"
        );
    }
    for seconds in CLIPBOARD_SECONDS {
        let right = Settings {
            clipboard_seconds: Some(seconds),
            ..Settings::default()
        };
        assert_eq!(
            error_code(app.registry.change_settings(right).await),
            "done"
        );
    }
}

#[tokio::test]
async fn a_stored_value_that_cannot_be_read_counts_as_the_default() {
    let app = TestApp::new().await;
    let mut connection = app.raw_connection().await;
    sqlx::query(
        "INSERT INTO settings VALUES ('theme', 'plaid'), ('clipboard_seconds', '1'), ('single_keys', '')",
    )
    .execute(&mut connection)
    .await
    .expect("rows");
    assert_eq!(
        app.registry.settings().await.expect("settings"),
        Settings::default(),
        "no setting may keep the program from starting"
    );
}
