//! The interpretations of a request path. Servers differ in what they decode, cut, merge, and trim. A path whose
//! interpretations cannot be listed is reported as uncertain.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// Maximum number of nested escapes. No known server decodes more often.
pub const MAX_DECODINGS: usize = 4;

/// Why the interpretations of a path cannot be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathDoubt {
    /// It has `.` or `..` segments, in some spelling (RFC 3986, section 5.2.4).
    DotSegments,
    /// It has a backslash, which some servers treat as a slash.
    Backslash,
    /// It begins with two slashes, which some parsers treat as the start of an authority.
    LeadingDoubleSlash,
    /// It has an escaped delimiter: `/`, `\`, `;`, `?`, `#`, or a control character.
    EscapedDelimiter,
    /// It has an escape that is escaped once more.
    DoubleEscape,
    /// It has `%` without two hexadecimal digits after it.
    MalformedEscape,
    /// It has escapes beside `;`: servers differ in whether they decode or cut parameters first.
    EscapeBesideParameters,
    /// It does not decode to UTF-8.
    InvalidUtf8,
    /// It has characters that some servers replace by delimiters, such as the fullwidth solidus.
    DelimiterLookalike,
    /// A segment begins or ends with a blank, ends with a dot, or names a Windows stream or short name.
    WindowsFileName,
}

impl PathDoubt {
    /// Returns the reason as the end of a sentence that begins with "the path".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DotSegments => "has dot segments",
            Self::Backslash => "has a backslash",
            Self::LeadingDoubleSlash => "begins with two slashes",
            Self::EscapedDelimiter => "has an escaped delimiter",
            Self::DoubleEscape => "is escaped more than once",
            Self::MalformedEscape => "has a malformed escape",
            Self::EscapeBesideParameters => "has escapes beside a semicolon",
            Self::InvalidUtf8 => "is not UTF-8",
            Self::DelimiterLookalike => "has characters that resemble delimiters",
            Self::WindowsFileName => "has a segment that Windows reads differently",
        }
    }
}

impl fmt::Display for PathDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The interpretations of a path, including the path itself.
#[derive(Debug)]
pub(crate) struct Interpretations<'a> {
    /// Case-sensitive.
    pub(crate) exact: Vec<Cow<'a, str>>,
    /// In lower case, for case-insensitive servers.
    pub(crate) folded: Vec<Cow<'a, str>>,
    /// `exact` without a format suffix: Rails and older Spring route `/admin.json` as `/admin`.
    pub(crate) exact_without_suffix: Vec<Cow<'a, str>>,
    /// `folded` without a format suffix.
    pub(crate) folded_without_suffix: Vec<Cow<'a, str>>,
}

/// Returns whether `pattern` matches `path` exactly, or as a prefix if it ends with `/*`.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let Some(stem) = pattern.strip_suffix("/*") else {
        return pattern == path;
    };
    path.strip_prefix(stem)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns whether all servers interpret the path alike except for case, a trailing slash, and a format suffix.
fn is_plain(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    path.starts_with('/')
        && bytes.iter().enumerate().all(|(index, byte)| {
            let next = bytes.get(index + 1).copied();
            match byte {
                b'/' => next != Some(b'/'),
                // Neither a dot segment nor a dot that Windows trims.
                b'.' => next.is_some_and(is_word),
                byte => is_word(*byte),
            }
        })
}

fn interpretations_of_plain(path: &str) -> Interpretations<'_> {
    let mut exact = vec![Cow::Borrowed(path)];
    match path.strip_suffix('/') {
        None | Some("") => {}
        Some(stripped) => exact.push(Cow::Borrowed(stripped)),
    }
    let has_capitals = path.bytes().any(|byte| byte.is_ascii_uppercase());
    let folded: Vec<Cow<'_, str>> = exact
        .iter()
        .map(|text| match text {
            text if has_capitals => Cow::Owned(text.to_ascii_lowercase()),
            text => text.clone(),
        })
        .collect();
    let has_suffix = path.contains('.');
    Interpretations {
        exact_without_suffix: if has_suffix {
            without_suffix(&exact)
        } else {
            Vec::new()
        },
        folded_without_suffix: if has_suffix {
            without_suffix(&folded)
        } else {
            Vec::new()
        },
        exact,
        folded,
    }
}

/// Returns the interpretations of `path`, which has no query.
///
/// # Errors
/// They cannot all be listed.
pub(crate) fn interpretations(path: &str) -> Result<Interpretations<'_>, PathDoubt> {
    if is_plain(path) {
        return Ok(interpretations_of_plain(path));
    }
    let decoded = decode_once(path)?;
    check_text(path, &decoded)?;
    let mut exact: Vec<Cow<'_, str>> = vec![Cow::Borrowed(path)];
    // All combinations.
    expand(&mut exact, |_| vec![decoded.clone()]);
    expand(&mut exact, cut_parameters);
    expand(&mut exact, |text| vec![merge_slashes(text)]);
    expand(&mut exact, |text| vec![strip_trailing_slash(text)]);
    let folded: Vec<Cow<'_, str>> = exact
        .iter()
        .map(|text| Cow::Owned(fold_case(text)))
        .collect();
    Ok(Interpretations {
        exact_without_suffix: without_suffix(&exact),
        folded_without_suffix: without_suffix(&folded),
        exact,
        folded,
    })
}

fn without_suffix<'a>(paths: &[Cow<'a, str>]) -> Vec<Cow<'a, str>> {
    paths
        .iter()
        .filter_map(|text| strip_format_suffix(text))
        .map(|text| Cow::Owned(text.to_owned()))
        .collect()
}

/// Adds the results of `change` for each path, without duplicates.
fn expand(paths: &mut Vec<Cow<'_, str>>, change: impl Fn(&str) -> Vec<String>) {
    for index in 0..paths.len() {
        for changed in change(&paths[index]) {
            if !paths.iter().any(|known| **known == *changed) {
                paths.push(Cow::Owned(changed));
            }
        }
    }
}

/// Decodes escapes. Fails if decoding again would change the result, or if a delimiter appears.
fn decode_once(path: &str) -> Result<String, PathDoubt> {
    let once = decode(path.as_bytes());
    if !once.bytes.is_ascii() && std::str::from_utf8(&once.bytes).is_ok_and(has_lookalike) {
        return Err(PathDoubt::DelimiterLookalike);
    }
    if may_have_dot_segments(path) {
        return Err(PathDoubt::DotSegments);
    }
    if once.is_malformed {
        return Err(PathDoubt::MalformedEscape);
    }
    if once.has_delimiter {
        return Err(PathDoubt::EscapedDelimiter);
    }
    if decode(&once.bytes).bytes != once.bytes {
        return Err(PathDoubt::DoubleEscape);
    }
    if path.contains('%') && path.contains(';') {
        return Err(PathDoubt::EscapeBesideParameters);
    }
    String::from_utf8(once.bytes).map_err(|_| PathDoubt::InvalidUtf8)
}

fn check_text(path: &str, decoded: &str) -> Result<(), PathDoubt> {
    if decoded.contains('\\') {
        return Err(PathDoubt::Backslash);
    }
    if path.starts_with("//") {
        return Err(PathDoubt::LeadingDoubleSlash);
    }
    if decoded.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return Err(PathDoubt::EscapedDelimiter);
    }
    let is_windows_file_name = decoded.split(['/', ';']).any(|segment| {
        segment.ends_with(['.', ' '])
            || segment.starts_with(' ')
            || segment.contains("::")
            || has_short_name(segment)
    });
    if is_windows_file_name {
        return Err(PathDoubt::WindowsFileName);
    }
    Ok(())
}

/// Returns whether the segment contains an 8.3 name such as `ADMINI~1`.
fn has_short_name(segment: &str) -> bool {
    segment
        .as_bytes()
        .windows(3)
        .any(|three| three[1] == b'~' && three[2].is_ascii_digit())
}

/// Applies compatibility composition (Unicode NFKC), which approximates the best-fit conversions of Windows.
fn compose_compatible(text: &str) -> String {
    text.nfkc().collect()
}

/// Returns whether compatibility composition turns a character into a delimiter.
fn has_lookalike(text: &str) -> bool {
    count_delimiters(&compose_compatible(text)) != count_delimiters(text)
}

fn count_delimiters(text: &str) -> usize {
    text.bytes()
        .filter(|byte| br"/\.;?#%".contains(byte))
        .count()
}

/// Removes the parameters (RFC 3986, section 3.3) of every segment, of the last one, or everything after the first `;`.
fn cut_parameters(text: &str) -> Vec<String> {
    let Some((before, _)) = text.split_once(';') else {
        return Vec::new();
    };
    let of_every_segment: Vec<&str> = text
        .split('/')
        .map(|segment| segment.split(';').next().unwrap_or_default())
        .collect();
    let last = text.rfind('/').map_or(0, |index| index + 1);
    let of_last_segment = match text[last..].find(';') {
        Some(index) => &text[..last + index],
        None => text,
    };
    vec![
        of_every_segment.join("/"),
        of_last_segment.to_owned(),
        before.to_owned(),
    ]
}

fn merge_slashes(text: &str) -> String {
    let mut merged = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '/' || !merged.ends_with('/') {
            merged.push(character);
        }
    }
    merged
}

fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        compose_compatible(text).to_lowercase()
    }
}

/// Returns the path without the suffix of its last segment; `None` if there is no suffix.
fn strip_format_suffix(text: &str) -> Option<&str> {
    let last = text.rfind('/').map_or(0, |index| index + 1);
    let index = text[last..].rfind('.').filter(|index| *index > 0)?;
    Some(&text[..last + index])
}

fn strip_trailing_slash(text: &str) -> String {
    match text.trim_end_matches('/') {
        "" => "/".to_owned(),
        stripped => stripped.to_owned(),
    }
}

/// Returns whether some server may find a `.` or `..` segment in `path`, which may lead out of the path of an endpoint.
pub fn may_have_dot_segments(path: &str) -> bool {
    if !path
        .bytes()
        .any(|byte| matches!(byte, b'.' | b'%') || !byte.is_ascii())
    {
        return false;
    }
    let mut text = path.as_bytes().to_vec();
    for _ in 0..=MAX_DECODINGS {
        if segments(&text).any(is_dots) {
            return true;
        }
        let decoded = decode(&text).bytes;
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // Escaped more often than any legitimate client does.
    true
}

/// Splits at every delimiter that some server uses.
fn segments(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b'/' | b'\\' | b';' | b'?' | b'#' | 0))
}

/// Returns whether a segment consists of dots after trimming. Overlong UTF-8 encodings of dots count as dots.
fn is_dots(segment: &[u8]) -> bool {
    if !segment.is_ascii() {
        let overlong_dots = segment
            .windows(2)
            .any(|pair| matches!(pair, [0xc0, 0xae | 0xaf] | [0xc1, 0x9c]));
        let text = String::from_utf8_lossy(segment);
        return overlong_dots || has_lookalike(&text);
    }
    let trimmed = segment.trim_ascii();
    trimmed.first() == Some(&b'.') && trimmed.iter().all(|byte| *byte == b'.')
}

struct Decoded {
    bytes: Vec<u8>,
    has_delimiter: bool,
    is_malformed: bool,
}

fn decode(text: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        bytes: Vec::with_capacity(text.len()),
        has_delimiter: false,
        is_malformed: false,
    };
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let escape = (*first == b'%').then(|| after.first_chunk::<2>()).flatten();
        if let Some([high, low]) = escape
            && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
        {
            let byte = high * 16 + low;
            decoded.has_delimiter |= br"/\;?#".contains(&byte) || byte < 0x20 || byte == 0x7f;
            decoded.bytes.push(byte);
            rest = &after[2..];
        } else {
            decoded.is_malformed |= *first == b'%';
            decoded.bytes.push(*first);
            rest = after;
        }
    }
    decoded
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
