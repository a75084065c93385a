//! Recognizes a method override in a query or a header in every spelling that PHP, Rack, WSGI, Java or Node.js reads as
//! one. Parsed from bytes: `form_urlencoded` keeps neither NUL nor the order in which PHP cuts, trims and replaces.

use std::borrow::Cow;

use http::HeaderName;

use crate::path::MAX_DECODINGS;

/// Parameters that name another method, with `_` for every other sign; WordPress applies one even to a GET.
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

/// Headers that name another method, with `-` for every other sign.
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

/// Characters of a method in a message.
const MAX_SHOWN_LENGTH: usize = 20;

/// Whether a header of this name overrides the method. CGI and its successors read every sign in a name as `_`.
pub fn is_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    // Every name in the list has these letters; most headers are dismissed by their length.
    if !(8..=22).contains(&name.len()) {
        return false;
    }
    let read: Cow<'_, str> = if name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-"))
    };
    HEADERS.contains(&&*read)
}

/// Returns the value of the first parameter that overrides the method.
pub(crate) fn in_query(query: &[u8]) -> Option<Vec<u8>> {
    if query.len() < 7 {
        return None;
    }
    // Some parsers separate parameters by `;` too, and PHP takes what follows a second `?` for a part of the name.
    query
        .split(|byte| matches!(byte, b'&' | b';' | b'?'))
        .find_map(|parameter| {
            let mut parts = parameter.splitn(2, |byte| *byte == b'=');
            let name = parts.next().unwrap_or_default();
            let value = parts.next().unwrap_or_default();
            names_a_method(name).then(|| value.to_vec())
        })
}

/// A method as a message shows it: `None` where it is no word.
pub(crate) fn shown(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let is_word = (1..=MAX_SHOWN_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    is_word.then(|| text.to_ascii_uppercase())
}

fn names_a_method(name: &[u8]) -> bool {
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
    // Escaped more often than any client means it.
    true
}

/// Compares as PHP reads names: blanks before it are trimmed, it ends at NUL and at `[`, every other sign is `_`; so is a
/// `[` that nothing closes. Blanks and signs at its end are ignored too.
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
    let blanks: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&blanks).collect()
}
