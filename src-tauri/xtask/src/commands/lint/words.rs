//! Finds words that the glossary replaces: in names that we define, in strings, in comments and in Markdown.

mod javascript;
mod rust;
mod search;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::paths;
use search::{Entry, Finding, Kind, Search};

const GLOSSARY: &str = include_str!("glossary.txt");

/// Fails if a word of the glossary occurs.
pub(super) fn check() -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for (path, findings) in find_all(&parse_glossary(GLOSSARY)?)? {
        lines.extend(findings.iter().map(|finding| describe(&path, finding)));
    }
    if !lines.is_empty() {
        bail!("{}", lines.join("\n"));
    }
    Ok(())
}

/// Prints how often each word of the glossary occurs, by directory, and lists the places in `target/words.txt`.
pub(super) fn report() -> anyhow::Result<()> {
    let entries = parse_glossary(GLOSSARY)?;
    let mut list = String::new();
    let mut counts: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for (path, findings) in find_all(&entries)? {
        for finding in &findings {
            writeln!(list, "{}", describe(&path, finding))?;
            let directories = counts.entry(finding.word).or_default();
            *directories.entry(directory(&path)).or_default() += 1;
        }
    }
    let mut rows: Vec<_> = counts
        .iter()
        .map(|(word, directories)| (directories.values().sum::<usize>(), word, directories))
        .collect();
    rows.sort_by_key(|(sum, ..)| std::cmp::Reverse(*sum));
    for (sum, word, directories) in &rows {
        let directories: Vec<_> = directories
            .iter()
            .map(|(directory, count)| format!("{directory} {count}"))
            .collect();
        println!("{sum:>5}  {word:<20} {}", directories.join(", "));
    }
    println!(
        "{:>5}  total",
        rows.iter().map(|(sum, ..)| sum).sum::<usize>()
    );
    fs::create_dir_all(paths::target())?;
    let file = paths::target().join("words.txt");
    fs::write(&file, list).context("Cannot write the list")?;
    println!("Wrote {}", file.display());
    Ok(())
}

fn describe(path: &Path, finding: &Finding<'_>) -> String {
    let Finding {
        line,
        word,
        instead,
    } = finding;
    format!("{}:{line}: “{word}” (use: {instead})", path.display())
}

/// Returns the directory to count a file under: a crate, or the second level.
fn directory(path: &Path) -> String {
    let parts: Vec<_> = path
        .parent()
        .into_iter()
        .flat_map(Path::iter)
        .map(|part| part.to_string_lossy())
        .collect();
    let depth = if parts.get(1).is_some_and(|part| part == "crates") {
        3
    } else {
        2
    };
    match parts.len() {
        0 => ".".to_owned(),
        length => parts[..depth.min(length)].join("/"),
    }
}

fn parse_glossary(text: &str) -> anyhow::Result<Vec<Entry<'_>>> {
    let is_entry = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let parse =
        |line| parse_entry(line).with_context(|| format!("Invalid line in glossary.txt: {line}"));
    text.lines().filter(is_entry).map(parse).collect()
}

fn parse_entry(line: &str) -> Option<Entry<'_>> {
    let (kind, rest) = line.split_once(' ')?;
    let (word, rest) = rest.split_once(" = ")?;
    let (instead, except_in) = match rest.split_once(" except in ") {
        Some((instead, directory)) => (instead, Some(directory)),
        None => (rest, None),
    };
    let kind = match kind {
        "type" => Kind::Type,
        "suffix" => Kind::Suffix,
        "name" => Kind::Name,
        "whole" => Kind::Whole,
        "constant" => Kind::Constant,
        "constructor" => Kind::Constructor,
        "macro" => Kind::Macro,
        "prose" => Kind::Prose,
        _ => return None,
    };
    Some(Entry {
        kind,
        word,
        instead,
        except_in,
    })
}

/// Searches all sources and returns the findings by path from the root.
fn find_all<'a>(entries: &'a [Entry<'a>]) -> anyhow::Result<Vec<(PathBuf, Vec<Finding<'a>>)>> {
    let root = paths::root();
    let mut files = Vec::new();
    for name in [
        "src-tauri",
        "tests",
        "ui",
        ".github",
        "README.md",
        "CHANGELOG.md",
    ] {
        collect(&root.join(name), &mut files);
    }
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text =
            fs::read_to_string(&file).with_context(|| format!("Cannot read {}", file.display()))?;
        let path = file.strip_prefix(&root).unwrap_or(&file);
        let findings = find(entries, path, &text)
            .with_context(|| format!("Cannot parse {}", file.display()))?;
        if !findings.is_empty() {
            found.push((path.to_owned(), findings));
        }
    }
    Ok(found)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return;
    };
    if path.is_dir() {
        // ui/src/types is generated from Rust.
        if !["node_modules", "target", "dist", "gen", "types"].contains(&name) {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.for_each(|entry| collect(&entry.path(), files));
        }
    } else if ["rs", "js", "ts", "md", "sql", "toml", "trycmd"].contains(&extension(path)) {
        files.push(path.to_owned());
    }
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

/// Searches one file; `path` is relative to the root.
fn find<'a>(entries: &'a [Entry<'a>], path: &Path, text: &str) -> syn::Result<Vec<Finding<'a>>> {
    let applies = |entry: &&Entry<'_>| {
        entry
            .except_in
            .is_none_or(|directory| !path.starts_with(directory))
    };
    let mut search = Search {
        entries: entries.iter().filter(applies).collect(),
        findings: Vec::new(),
    };
    match extension(path) {
        "rs" => rust::search(text, &mut search)?,
        "js" | "ts" => javascript::search(text, &mut search),
        _ => text
            .lines()
            .enumerate()
            .for_each(|(index, line)| search.prose(index + 1, line)),
    }
    search.findings.sort_by_key(|finding| finding.line);
    Ok(search.findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\
        type blob = a noun\n\
        suffix gizmo = a noun\n\
        name foo = bar\n\
        name lane = shard except in crates/keys\n\
        constant most = MAX_\n\
        constructor of = new\n\
        macro later = code\n\
        prose no way = never";

    /// Returns the lines and words that the sample glossary finds.
    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let entries = parse_glossary(SAMPLE).expect("a valid glossary");
        let findings = find(&entries, Path::new(path), text).expect("a valid source");
        findings
            .iter()
            .map(|finding| (finding.line, finding.word.to_owned()))
            .collect()
    }

    #[test]
    fn replaced_words_are_found_in_rust() {
        let source = "/// No way.\nstruct BlobFoo;\nimpl BlobFoo { fn of() { let my_foo = later!(); } }\n\
                      const MOST_KEYS: u8 = 1;\nfn f() { println!(\"{} no way!\", 1); }";
        let expected = [
            (1, "no way"),
            (2, "blob"),
            (2, "foo"),
            (3, "of"),
            (3, "foo"),
            (3, "later"),
            (4, "most"),
            (5, "no way"),
        ];
        let mut found = found("a.rs", source);
        let mut expected = expected.map(|(line, word)| (line, word.to_owned()));
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "each must be reported once, with its line");
    }

    #[test]
    fn suffix_matches_only_last_word_of_type() {
        let source = "struct KeyGizmo;\nstruct GizmoAddress;\nfn gizmo() {}";
        assert_eq!(
            found("a.rs", source),
            [(1, "gizmo".to_owned())],
            "a type may be named after a gizmo"
        );
    }

    #[test]
    fn word_passes_in_its_excepted_directory() {
        let source = "const LANES: u8 = 1;\nconst LANE: u8 = 1;";
        assert_eq!(found("crates/keys/src/hash.rs", source), []);
        assert_eq!(
            found("crates/keyset/a.rs", source),
            [(2, "lane".to_owned())],
            "other directories must be searched"
        );
    }

    #[test]
    fn names_of_other_crates_pass() {
        let source = "use foo::Blob;\nfn most(x: &foo::Blob) -> bool { x.foo(\"no ways\") == foo::MOST_KEYS }\n\
                      impl A { fn of(&self) {} }";
        assert_eq!(
            found("a.rs", source),
            [],
            "only our own definitions are checked"
        );
    }

    #[test]
    fn replaced_words_are_found_in_javascript_and_markdown() {
        let source =
            "// foo, no way\nconst text = \"foo\";\nconst myFoo = `${text} foo\nno way`;\n";
        let expected = [(1, "no way"), (3, "foo"), (4, "no way")];
        let expected = expected.map(|(line, word)| (line, word.to_owned()));
        assert_eq!(
            found("a.js", source),
            expected,
            "strings and comments are prose, not names"
        );
        assert_eq!(
            found("a.md", "foo\nNo way."),
            [(2, "no way".to_owned())],
            "Markdown is prose"
        );
    }

    #[test]
    fn glossary_is_valid() {
        let entries = parse_glossary(GLOSSARY).expect("a valid glossary");
        assert!(entries.len() > 10, "it has entries");
        assert!(
            parse_glossary("nonsense").is_err(),
            "other lines are rejected"
        );
    }
}
