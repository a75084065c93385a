//! Redacts paths for logs and lists.

use crate::key_extractor::KeyExtractor;

/// Bytes of a redacted path.
const MAX_PATH_BYTES: usize = 512;

/// Returns a path of bounded length, with keys replaced.
pub fn redact_path(path: &str, keys: &KeyExtractor) -> String {
    let mut redacted = if keys.is_key_in(path.as_bytes()) {
        let is_key = |segment: &str| keys.is_key_in(segment.as_bytes());
        let segments: Vec<&str> = path
            .split('/')
            .map(|segment| if is_key(segment) { "(a key)" } else { segment })
            .collect();
        let redacted = segments.join("/");
        // A key may span segments.
        if is_key(&redacted) {
            "/(a key)".to_owned()
        } else {
            redacted
        }
    } else {
        path.to_owned()
    };
    if redacted.len() > MAX_PATH_BYTES {
        redacted.truncate(redacted.floor_char_boundary(MAX_PATH_BYTES));
        redacted.push('…');
    }
    redacted
}
