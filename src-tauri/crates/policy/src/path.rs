//! Two readings of a path: as it is written, and as the most lenient API may read it. Route rules compare with both.

/// Escapes may be escaped; an API that decodes more often than this is not known.
const MAX_DECODINGS: usize = 4;

/// Whether a path is the one of a pattern, or below it where that ends with `/*`.
pub(crate) fn matches_as_written(pattern: &str, path: &str) -> bool {
    let Some(stem) = pattern.strip_suffix("/*") else {
        return pattern == path;
    };
    path.strip_prefix(stem)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an API might climb in this path (RFC 3986, 5.2.4). From which segment it climbs depends on what it takes for
/// one, so where such a path leads is known to nobody but the API.
pub(crate) fn climbs(path: &str) -> bool {
    let mut text = path.as_bytes().to_vec();
    for _ in 0..=MAX_DECODINGS {
        if names(&text).any(|name| matches!(name, b"." | b"..")) {
            return true;
        }
        let decoded = decoded(&text);
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // Escaped more often than anybody means it.
    true
}

/// The path without escapes, parameters of segments, empty segments, a slash at its end and differences of case. `\` reads
/// as `/`.
pub(crate) fn as_an_api_may_read_it(path: &str) -> String {
    let mut text = path.as_bytes().to_vec();
    for _ in 0..MAX_DECODINGS {
        let decoded = decoded(&text);
        if decoded == text {
            break;
        }
        text = decoded;
    }
    text.make_ascii_lowercase();
    let mut read = String::with_capacity(text.len());
    for name in names(&text).filter(|name| !name.is_empty()) {
        read.push('/');
        read.push_str(&String::from_utf8_lossy(name));
    }
    if read.is_empty() {
        read.push('/');
    }
    read
}

/// The segments, cut wherever some API cuts.
fn names(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b'/' | b'\\'))
        .filter_map(|segment| segment.split(|byte| *byte == b';').next())
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let escape = (*first == b'%').then(|| after.first_chunk::<2>()).flatten();
        if let Some([high, low]) = escape
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            decoded.push(high * 16 + low);
            rest = &after[2..];
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
