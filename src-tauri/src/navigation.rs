//! Restricts the window to Keystile's own files. The content security policy does not restrict navigation, so links and
//! dropped files are blocked here.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// Returns a plugin that blocks navigation away from the app's own files.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("navigation")
        .on_navigation(|_window, url| is_own(url))
        .build()
}

/// Returns whether this is `tauri://localhost`, which is `http(s)://tauri.localhost` on Windows.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn navigation_outside_own_files_is_blocked() {
        let is_allowed = |text: &str| text.parse().is_ok_and(|url| is_own(&url));
        assert!(
            is_allowed("tauri://localhost/#/settings"),
            "the app's own pages must load"
        );
        for url in [
            "https://example.com/",
            "http://localhost/",
            "file:///etc/passwd",
            "tauri://example.com/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_allowed(url), "{url} is not one of the app's files");
        }
    }
}
