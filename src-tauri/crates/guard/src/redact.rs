//! Paths as logs and lists show them.

use crate::key_extractor::KeyExtractor;

/// Bytes of a path that is shown.
const MAX_SHOWN_PATH_LENGTH: usize = 512;

/// Returns a path of bounded length, and without a key that somebody wrote into it.
pub fn redact_path(path: &str, keys: &KeyExtractor) -> String {
    let mut shown = if keys.is_key_in(path.as_bytes()) {
        // A key may be written across segments; what is left is then shown as one.
        let hidden = |segment: &str| keys.is_key_in(segment.as_bytes());
        let segments: Vec<&str> = path
            .split('/')
            .map(|segment| if hidden(segment) { "(a key)" } else { segment })
            .collect();
        let shown = segments.join("/");
        if hidden(&shown) {
            "/(a key)".to_owned()
        } else {
            shown
        }
    } else {
        path.to_owned()
    };
    if shown.len() > MAX_SHOWN_PATH_LENGTH {
        // The target of a request is ASCII, but nothing here relies on it.
        shown.truncate(shown.floor_char_boundary(MAX_SHOWN_PATH_LENGTH));
        shown.push('…');
    }
    shown
}
