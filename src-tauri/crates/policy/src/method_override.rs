//! Detection of method overrides in queries and headers, in every spelling that PHP, Rack, WSGI, Java, or Node.js
//! accepts. Queries are parsed by hand, because `form_urlencoded` does not model the parsing of PHP.

use std::borrow::Cow;

use http::HeaderName;

use crate::path::MAX_DECODINGS;

/// Parameters that override the method, with `_` for every other character. WordPress applies one even to GET.
const PARAMETERS: [&[u8]; 9] = [
    b"_method",
    b"__method",
    b"_httpmethod",
    b"_http_method",
    b"_method_override",
    b"http_x_http_method_override",
    b"x_http_method",
    b"x_http_method_override",
    b"x_method_override",
];

/// Headers that override the method, with `-` for every other character.
const HEADERS: [&str; 8] = [
    "http-method-override",
    "method-override",
    "x-http-method",
    "x-http-method-override",
    "x-http-override",
    "x-method",
    "x-method-override",
    "x-override-method",
];

/// Maximum length of a method in a message.
const MAX_DISPLAY_LENGTH: usize = 20;

/// Returns whether a header overrides the method. CGI maps every other character of a name to `_`.
pub fn is_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    // The lengths of the listed names, which exclude most headers.
    if !(8..=22).contains(&name.len()) {
        return false;
    }
    let read: Cow<'_, str> = if name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.replace(|character: char| !character.is_ascii_alphanumeric(), "-"))
    };
    HEADERS.contains(&&*read)
}

/// Returns the value of the first parameter that overrides the method.
pub(crate) fn in_query(query: &[u8]) -> Option<Vec<u8>> {
    if query.len() < 7 {
        return None;
    }
    // Some parsers also split at `;`, and PHP treats a second `?` as part of a name.
    query
        .split(|byte| matches!(byte, b'&' | b';' | b'?'))
        .find_map(|parameter| {
            let mut parts = parameter.splitn(2, |byte| *byte == b'=');
            let name = parts.next().unwrap_or_default();
            let value = parts.next().unwrap_or_default();
            is_override(name).then(|| value.to_vec())
        })
}

/// Returns a method for a message; `None` if it is not a word.
pub(crate) fn display_method(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let is_word = (1..=MAX_DISPLAY_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    is_word.then(|| text.to_ascii_uppercase())
}

fn is_override(name: &[u8]) -> bool {
    let mut text = name.to_vec();
    for _ in 0..=MAX_DECODINGS {
        if is_parameter(&text) {
            return true;
        }
        let decoded = decode(&text);
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // Escaped more often than any legitimate client does.
    true
}

/// Compares a name as PHP parses it: leading spaces are trimmed, it ends at NUL and `[`, and every other
/// character, including an unclosed `[`, is `_`. Trailing spaces and such characters are ignored too.
fn is_parameter(name: &[u8]) -> bool {
    let name = name
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let end = |is_end: fn(u8) -> bool| {
        let index = name.iter().skip(1).position(|byte| is_end(*byte));
        index.map_or(name.len(), |index| index + 1)
    };
    let with_bracket = end(|byte| byte == b'=');
    let before_bracket = end(|byte| matches!(byte, b'[' | b'='));
    is_listed(&name[..before_bracket]) || is_listed(&name[..with_bracket])
}

fn is_listed(name: &[u8]) -> bool {
    let mut read: Vec<u8> = name
        .iter()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                byte.to_ascii_lowercase()
            } else {
                b'_'
            }
        })
        .collect();
    while read.last() == Some(&b'_') {
        read.pop();
    }
    PARAMETERS.contains(&read.as_slice())
}

/// Decodes escapes and `+` once.
fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&spaced).collect()
}
