//! Compares names and prose with the glossary.

/// Where a word of the glossary is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Type,
    Suffix,
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
    /// A directory in which the word has another, technical meaning.
    pub(super) except_in: Option<&'a str>,
}

/// A replaced word in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding<'a> {
    pub(super) line: usize,
    pub(super) word: &'a str,
    pub(super) instead: &'a str,
}

/// The words of the glossary that apply to one file, and where they occur in it.
pub(super) struct Search<'a> {
    pub(super) entries: Vec<&'a Entry<'a>>,
    pub(super) findings: Vec<Finding<'a>>,
}

impl<'a> Search<'a> {
    /// Checks a name that we define; `kinds` are those that apply to it.
    pub(super) fn name(&mut self, line: usize, name: &str, kinds: &[Kind]) {
        let words = split_words(name);
        self.add_if(line, |entry| {
            kinds.contains(&entry.kind)
                && match entry.kind {
                    Kind::Whole | Kind::Constructor | Kind::Macro => name == entry.word,
                    Kind::Suffix => words.last().is_some_and(|word| word == entry.word),
                    _ => words.iter().any(|word| word == entry.word),
                }
        });
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
        self.add_if(line, |entry| {
            entry.kind == Kind::Prose && text.contains(&format!(" {} ", entry.word.to_lowercase()))
        });
    }

    fn add_if(&mut self, line: usize, is_found: impl Fn(&Entry<'_>) -> bool) {
        let found = self.entries.iter().filter(|entry| is_found(entry));
        self.findings.extend(found.map(|entry| Finding {
            line,
            word: entry.word,
            instead: entry.instead,
        }));
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
