//! Searches JavaScript and TypeScript. All names are checked, because a definition is not recognizable by line.

use super::search::{Kind, Search};

pub(super) fn search(text: &str, search: &mut Search<'_>) {
    for (index, line) in text.lines().enumerate() {
        search.prose(index + 1, line);
    }
    for (index, line) in code(text).lines().enumerate() {
        let names = line.split(|character: char| !character.is_alphanumeric() && character != '_');
        for name in names.filter(|name| !name.is_empty()) {
            search.name(index + 1, name, &[Kind::Name]);
        }
    }
}

/// Removes comments and strings, and keeps the lines. A quote inside a regular expression hides the rest of its line.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut quote = None;
    while let Some(character) = characters.next() {
        match (quote, character, characters.peek()) {
            (_, '\n', _) => {
                code.push('\n');
                // Only templates and block comments continue on the next line.
                quote = quote.filter(|quote| matches!(quote, '`' | '*'));
            }
            (Some('*'), '*', Some('/')) => {
                characters.next();
                quote = None;
            }
            (Some('"' | '\'' | '`'), '\\', Some(next)) if *next != '\n' => {
                characters.next();
            }
            (Some(end), character, _) if end == character && end != '*' => quote = None,
            (Some(_), ..) => {}
            (None, '/', Some('/')) => quote = Some('\n'),
            (None, '/', Some('*')) => {
                characters.next();
                quote = Some('*');
            }
            (None, '"' | '\'' | '`', _) => quote = Some(character),
            (None, character, _) => code.push(character),
        }
    }
    code
}
