//! The window shows Keystile's own files and nothing else: a link or a file dropped on it leads nowhere. The content
//! security policy does not limit where a window may go; this does. It knows no command.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// Refuses every navigation away from the program's own files.
pub(crate) fn stay<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("origin")
        .on_navigation(|_window, url| is_own(url))
        .build()
}

/// `tauri://localhost`, which Windows spells `http(s)://tauri.localhost`.
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
    fn only_the_programs_own_files_are_shown() {
        let own = |text: &str| text.parse().is_ok_and(|url| is_own(&url));
        assert!(
            own("tauri://localhost/#/settings"),
            "the window's own pages"
        );
        for foreign in [
            "https://example.com/",
            "http://localhost/",
            "file:///etc/passwd",
            "tauri://example.com/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(
                !own(foreign),
                "{foreign} is not one of the window's own pages"
            );
        }
    }
}
