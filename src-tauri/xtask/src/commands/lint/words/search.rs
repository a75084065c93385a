//! Compares names and prose with the glossary.

/// Where a word of the glossary is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Type,
    Name,
    Whole,
    Constant,
    Constructor,
    Macro,
    Prose,
}

/// A word of the glossary.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) word: &'a str,
    pub(super) instead: &'a str,
}

/// A replaced word in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding<'a> {
    pub(super) line: usize,
    pub(super) word: &'a str,
    pub(super) instead: &'a str,
}

/// The glossary, and what it finds in one file.
pub(super) struct Search<'a> {
    pub(super) entries: &'a [Entry<'a>],
    pub(super) findings: Vec<Finding<'a>>,
}

impl Search<'_> {
    /// Checks a name that we define; `kinds` are those that apply to it.
    pub(super) fn name(&mut self, line: usize, name: &str, kinds: &[Kind]) {
        let words = split_words(name);
        for entry in self
            .entries
            .iter()
            .filter(|entry| kinds.contains(&entry.kind))
        {
            let is_found = match entry.kind {
                Kind::Whole | Kind::Constructor | Kind::Macro => name == entry.word,
                // The Secret Service of freedesktop.org is a name.
                _ => words.iter().enumerate().any(|(index, word)| {
                    word == entry.word
                        && !(word == "service" && index > 0 && words[index - 1] == "secret")
                }),
            };
            if is_found {
                self.add(line, entry);
            }
        }
    }

    /// Checks a string or a comment.
    pub(super) fn prose(&mut self, line: usize, text: &str) {
        let text: String = text
            .chars()
            .map(|character| {
                if character.is_alphanumeric() {
                    character
                } else {
                    ' '
                }
            })
            .collect();
        let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        let text = format!(" {} ", words.join(" "));
        for entry in self
            .entries
            .iter()
            .filter(|entry| entry.kind == Kind::Prose)
        {
            if text.contains(&format!(" {} ", entry.word.to_lowercase())) {
                self.add(line, entry);
            }
        }
    }
}

impl<'a> Search<'a> {
    fn add(&mut self, line: usize, entry: &Entry<'a>) {
        self.findings.push(Finding {
            line,
            word: entry.word,
            instead: entry.instead,
        });
    }
}

/// Splits `fooBar`, `FooBar`, `foo_bar` and `FOO_BAR` into `foo` and `bar`.
fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_after_lowercase = false;
    for character in name.chars() {
        if character == '_' || (is_after_lowercase && character.is_uppercase()) {
            words.push(String::new());
        }
        is_after_lowercase = character.is_lowercase();
        if character != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
    }
    words
}
