//! Settings: defaults, allowed values, and storage.

use keystile_registry::{CLIPBOARD_SECONDS, Settings, SettingsChanges, Theme};

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn settings_change_is_stored_and_recorded_once() {
    let app = TestApp::new().await;
    assert_eq!(
        app.registry.settings().await.expect("settings"),
        Settings {
            theme: Theme::System,
            clipboard_seconds: Some(45),
            single_keys: true,
            zoom: 100,
            keep_in_tray: false,
            notifications: true,
        },
        "these are the defaults"
    );
    let chosen = Settings {
        theme: Theme::Dark,
        clipboard_seconds: None,
        single_keys: false,
        zoom: 150,
        keep_in_tray: true,
        notifications: false,
    };
    let changes = SettingsChanges {
        theme: Some(Theme::Dark),
        clipboard_seconds: Some(None),
        single_keys: Some(false),
        zoom: Some(150),
        keep_in_tray: Some(true),
        notifications: Some(false),
    };
    for _ in 0..2 {
        let changed = app.registry.change_settings(changes).await;
        assert_eq!(changed.expect("changed"), chosen);
    }
    assert_eq!(
        app.count_audit("settings.changed").await,
        1,
        "an unchanged setting must not be recorded"
    );
    let second = app.second_instance().await;
    assert_eq!(second.registry.settings().await.expect("settings"), chosen);
}

#[tokio::test]
async fn settings_change_keeps_the_settings_that_another_process_changed() {
    let app = TestApp::new().await;
    let second = app.second_instance().await;
    let dark = SettingsChanges {
        theme: Some(Theme::Dark),
        ..SettingsChanges::default()
    };
    let zoomed = SettingsChanges {
        zoom: Some(150),
        ..SettingsChanges::default()
    };
    second.registry.change_settings(dark).await.expect("done");
    let settings = app.registry.change_settings(zoomed).await.expect("done");
    assert_eq!(
        (settings.theme, settings.zoom),
        (Theme::Dark, 150),
        "a change must set only what it names"
    );
}

#[tokio::test]
async fn other_clipboard_seconds_are_rejected() {
    let app = TestApp::new().await;
    for seconds in [0, 1, 44, 100, u32::MAX] {
        let wrong = SettingsChanges {
            clipboard_seconds: Some(Some(seconds)),
            ..SettingsChanges::default()
        };
        assert_eq!(
            result_code(app.registry.change_settings(wrong).await),
            "invalid_setting",
            "{seconds}"
        );
    }
    for seconds in CLIPBOARD_SECONDS {
        let right = SettingsChanges {
            clipboard_seconds: Some(Some(seconds)),
            ..SettingsChanges::default()
        };
        assert_eq!(
            result_code(app.registry.change_settings(right).await),
            "done"
        );
    }
}

#[tokio::test]
async fn zoom_outside_50_to_200_percent_is_rejected() {
    let app = TestApp::new().await;
    for (zoom, code) in [
        (0, "invalid_setting"),
        (49, "invalid_setting"),
        (50, "done"),
        (200, "done"),
        (201, "invalid_setting"),
        (u16::MAX, "invalid_setting"),
    ] {
        let changes = SettingsChanges {
            zoom: Some(zoom),
            ..SettingsChanges::default()
        };
        assert_eq!(
            result_code(app.registry.change_settings(changes).await),
            code,
            "{zoom}"
        );
    }
}

#[tokio::test]
async fn invalid_stored_setting_counts_as_default() {
    let app = TestApp::new().await;
    let changes = SettingsChanges {
        theme: Some(Theme::Dark),
        clipboard_seconds: Some(None),
        single_keys: Some(false),
        zoom: Some(150),
        ..SettingsChanges::default()
    };
    app.registry.change_settings(changes).await.expect("done");
    for (name, value) in [
        ("theme", "plaid"),
        ("clipboard_seconds", "1"),
        ("single_keys", ""),
        ("zoom", "300"),
    ] {
        app.run_sql(&format!(
            "UPDATE settings SET value = '{value}' WHERE name = '{name}'"
        ))
        .await;
    }
    assert_eq!(
        app.registry.settings().await.expect("settings"),
        Settings::default(),
        "an invalid setting must not block the start"
    );
}
