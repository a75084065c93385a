//! Words of the command line that are wrong. clap finds them and has the sentences; they are told as every other failure
//! is. A key among the words is refused before clap, which would repeat it.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{Error, ErrorKind};
use keystile_guard::resembles_key;

use crate::arguments::Arguments;
use crate::failure::Failure;

/// Why nothing was done.
pub(crate) enum Refused {
    /// The help or the version is printed.
    ByClap(Error),
    /// What is wrong.
    Usage(Failure),
    /// A word is, or holds, a key.
    Key(Failure),
}

/// Words that clap does not take as they are: `help --help` asks for the help too.
fn without_help_of_help(words: &[OsString]) -> Vec<OsString> {
    let is_help = |word: &OsString| word == "--help" || word == "-h";
    let asks_help = words.get(1).is_some_and(|word| word == "help");
    let kept = words.iter().filter(|word| !(asks_help && is_help(word)));
    kept.cloned().collect()
}

/// What the words say.
pub(crate) fn parse(words: &[OsString]) -> Result<Arguments, Refused> {
    if words
        .iter()
        .skip(1)
        .any(|word| resembles_key(word.as_encoded_bytes()))
    {
        return Err(Refused::Key(key_on_command_line()));
    }
    Arguments::try_parse_from(without_help_of_help(words)).map_err(|error| {
        // All of the help is for a person.
        let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        if error.use_stderr() && (!is_help || wants_json(words)) {
            Refused::Usage(failure(&error))
        } else {
            Refused::ByClap(error)
        }
    })
}

pub(crate) fn key_on_command_line() -> Failure {
    Failure::new(
        "key_on_command_line",
        "A key is not read from the command line, where other programs and histories see it.",
        "Give it on standard input: keystile verify --env ENVIRONMENT < key.txt. Revoke it if it was a real one.",
    )
}

/// Whether `--json` is among the options, as far as that can be said of words that could not be parsed.
pub(crate) fn wants_json(words: &[OsString]) -> bool {
    words
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == "--json")
}

/// The first paragraph is the sentence; tips and usage are the next step.
fn failure(error: &Error) -> Failure {
    let text = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // All of the help; what it says about this is one line.
        let usage = text.lines().find(|line| line.starts_with("Usage: "));
        return Failure::new(
            "usage",
            "A subcommand is required.",
            usage.unwrap_or("For more information, try '--help'."),
        );
    }
    let mut paragraphs = text.trim_end().split("\n\n").map(line);
    let sentence = paragraphs.next().unwrap_or_default();
    let mut steps: Vec<_> = paragraphs
        .map(|step| match step.strip_prefix("tip: ") {
            Some(tip) => whole(tip),
            None => step,
        })
        .collect();
    // clap's last one, which says nothing new where there is a usage.
    if steps.len() > 1 {
        steps.pop();
    }
    Failure::new(
        "usage",
        whole(sentence.trim_start_matches("error: ")),
        steps.join(" "),
    )
}

/// A paragraph in one line: what clap lists below each other stands behind each other.
fn line(paragraph: &str) -> String {
    let mut lines = paragraph.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let rest: Vec<_> = lines.collect();
    match rest.join(if first.ends_with(':') { ", " } else { " " }) {
        rest if rest.is_empty() => first.to_owned(),
        rest => format!("{first} {rest}"),
    }
}

/// With a capital letter and a full stop, as our own sentences.
fn whole(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let first: String = first.collect();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
