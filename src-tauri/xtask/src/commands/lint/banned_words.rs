//! Refuses names that say nothing about what they name, and marks of unfinished work.
//! Called by `lint`. It reads lines, not syntax trees, so it also covers JavaScript and builds in no time; only
//! what begins a line counts as a declaration.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::repository;

/// What introduces a name.
const KEYWORDS: [&str; 7] = [
    "struct", "enum", "trait", "class", "mod", "function", "const",
];

/// What may stand before the keyword, besides `pub` and `pub(…)`.
const MODIFIERS: [&str; 5] = ["export", "default", "async", "unsafe", "static"];

/// Words that may stand in no name.
const EMPTY_WORDS: [&str; 10] = [
    "manager",
    "managers",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
    "utility",
    "utilities",
];

/// A type may not be called a service; the layer that answers over HTTP and the name under which the keychain files
/// our entries may. The freedesktop Secret Service keeps its own name.
const TYPE_KEYWORDS: [&str; 4] = ["struct", "enum", "trait", "class"];

/// Macros that stand where code is still missing or was being looked at.
const UNFINISHED: [&str; 3] = ["todo", "dbg", "unimplemented"];

/// # Errors
/// Lists every line that should be said differently.
pub(crate) fn check() -> Result<(), Failure> {
    let root = repository::root();
    let mut files = Vec::new();
    for folder in ["src-tauri", "tests", "ui/src", "ui/tests"] {
        collect(&root.join(folder), &mut files);
    }
    let mut found = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).map_err(|cause| {
            Failure::from_cause(&format!("{} cannot be read", file.display()), &cause)
        })?;
        for (number, line) in text.lines().enumerate() {
            if let Some(complaint) = complaint(line) {
                let shown = file.strip_prefix(&root).unwrap_or(file).display();
                found.push(format!("{shown}:{}: {complaint}", number + 1));
            }
        }
    }
    if found.is_empty() {
        println!("names: {} files read, nothing to object to", files.len());
        return Ok(());
    }
    Err(Failure::new(found.join("\n")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["node_modules", "target", "dist"]
                .iter()
                .any(|skipped| name == *skipped)
            {
                collect(&path, files);
            }
        } else if path
            .extension()
            .is_some_and(|kind| ["rs", "js", "ts"].iter().any(|known| kind == *known))
        {
            files.push(path);
        }
    }
}

fn complaint(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with("#[allow") || line.starts_with("#![allow") {
        return Some("an exception without a reason; use #[expect(…, reason = \"…\")]".to_owned());
    }
    if let Some(mark) = UNFINISHED
        .iter()
        .find(|mark| line.contains(&format!("{mark}!(")))
    {
        return Some(format!("{mark}! stands for something unfinished"));
    }
    if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
        return None;
    }
    let mut words = line
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub") || MODIFIERS.contains(word));
    let keyword = words.next().filter(|word| KEYWORDS.contains(word))?;
    let name = words
        .next()?
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    let empty = empty_word(keyword, name)?;
    Some(format!(
        "{keyword} {name}: “{empty}” does not say what it is"
    ))
}

fn empty_word(keyword: &str, name: &str) -> Option<String> {
    let words = parts(name);
    words.iter().enumerate().find_map(|(at, word)| {
        let is_service = word == "service"
            && TYPE_KEYWORDS.contains(&keyword)
            && (at == 0 || words[at - 1] != "secret");
        (EMPTY_WORDS.contains(&word.as_str()) || is_service).then(|| word.clone())
    })
}

/// `fooBar`, `FooBar`, `foo_bar` and `FOO_BAR` are all `foo` and `bar`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_small = false;
    for character in name.chars() {
        if character == '_' || (after_small && character.is_uppercase()) {
            parts.push(String::new());
        }
        after_small = character.is_lowercase();
        if character != '_' {
            let last = parts.len() - 1;
            parts[last].extend(character.to_lowercase());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_and_unfinished_work_are_found() {
        let todo = format!("    {}!()", "todo");
        let allow = format!("#[{}(dead_code)]", "allow");
        for line in [
            "pub(crate) struct KeyManager {",
            "export class ClipboardHelper extends LitElement {",
            "pub mod utils;",
            "export function miscStuff() {",
            "pub trait KeyService: Send {",
            "const COMMON_WORDS: [&str; 2] = [",
            &todo,
            &allow,
        ] {
            assert!(complaint(line).is_some(), "`{line}` must not pass");
        }
    }

    #[test]
    fn names_that_say_something_pass() {
        for line in [
            "pub mod service;",
            "const SERVICE: &str = \"keystile\";",
            "struct SecretService {",
            "pub struct Utilization {",
            "// a struct KeyManager would say nothing",
            "fn management() {",
            "#[expect(dead_code, reason = \"read by the driver\")]",
        ] {
            assert_eq!(complaint(line), None, "`{line}` is a good line");
        }
    }
}
