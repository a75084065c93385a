//! Compares names and prose with the glossary.

use clap::ValueEnum;
use heck::ToSnakeCase;

/// Where a word of the glossary is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Name,
    Whole,
    Type,
    Constant,
    Prose,
}

/// A word of the glossary.
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) word: &'a str,
    pub(super) instead: &'a str,
    /// A directory in which the word has another, technical meaning.
    pub(super) except_in: Option<&'a str>,
}

/// The entries that apply to a file, and those that were found, with their lines.
pub(super) struct Search<'a> {
    pub(super) entries: Vec<&'a Entry<'a>>,
    pub(super) findings: Vec<(usize, &'a Entry<'a>)>,
}

impl Search<'_> {
    /// Checks a name; `kinds` are those that apply to it.
    pub(super) fn name(&mut self, line: usize, name: &str, kinds: &[Kind]) {
        let name = name.to_snake_case();
        let words: Vec<_> = name.split('_').collect();
        let found = self.entries.iter().filter(|entry| {
            kinds.contains(&entry.kind)
                && match entry.kind {
                    Kind::Name | Kind::Constant => words.contains(&entry.word),
                    Kind::Type => words.last() == Some(&entry.word),
                    Kind::Whole => name == entry.word,
                    Kind::Prose => false,
                }
        });
        self.findings.extend(found.map(|entry| (line, *entry)));
    }

    /// Checks a text as prose. A phrase may continue on the next line.
    pub(super) fn prose(&mut self, text: &str) {
        let lines = (1..).zip(text.lines());
        let words: Vec<_> = lines
            .flat_map(|(line, text)| prose_words(text).map(move |word| (line, word)))
            .collect();
        for entry in self
            .entries
            .iter()
            .filter(|entry| entry.kind == Kind::Prose)
        {
            let phrase: Vec<_> = prose_words(entry.word).collect();
            let found = words
                .windows(phrase.len())
                .filter(|found| found.iter().map(|(_, word)| word).eq(&phrase));
            self.findings
                .extend(found.map(|found| (found[0].0, *entry)));
        }
    }
}

fn prose_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}
