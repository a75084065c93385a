//! Finds words that the glossary replaces: in names that we define, and as prose anywhere in a file.

mod rust;
mod search;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use clap::ValueEnum;
use regex::Regex;

use crate::paths;
use search::{Entry, Kind, Search};

const GLOSSARY: &str = include_str!("glossary.txt");

/// Comments and strings of JavaScript and TypeScript.
const JAVASCRIPT_PROSE: &str =
    r#"//.*|/\*(?s:.*?)\*/|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'|`(\\.|[^`\\])*`"#;

/// Fails if a word of the glossary occurs.
pub(super) fn check() -> anyhow::Result<()> {
    let glossary = parse_glossary(GLOSSARY)?;
    let mut lines = Vec::new();
    for path in paths::files()? {
        if !["rs", "js", "ts", "md", "sql", "toml", "trycmd"].contains(&extension(&path)) {
            continue;
        }
        let name = path.display();
        let text = fs::read_to_string(paths::root().join(&path))
            .with_context(|| format!("Cannot read {name}"))?;
        let findings =
            find(&glossary, &path, &text).with_context(|| format!("Cannot parse {name}"))?;
        for (line, Entry { word, instead, .. }) in findings {
            lines.push(format!("{name}:{line}: “{word}” (use: {instead})"));
        }
    }
    ensure!(lines.is_empty(), "{}", lines.join("\n"));
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
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
    Some(Entry {
        kind: Kind::from_str(kind, false).ok()?,
        word,
        instead,
        except_in,
    })
}

/// Searches one file; `path` is relative to the root. Returns the findings with their lines, which start at 1.
fn find<'a>(
    glossary: &'a [Entry<'a>],
    path: &Path,
    text: &str,
) -> anyhow::Result<Vec<(usize, &'a Entry<'a>)>> {
    let applies = |entry: &&Entry<'_>| {
        entry
            .except_in
            .is_none_or(|directory| !path.starts_with(directory))
    };
    let mut search = Search {
        entries: glossary.iter().filter(applies).collect(),
        findings: Vec::new(),
    };
    search.prose(text);
    match extension(path) {
        "rs" => rust::search(text, &mut search)?,
        "js" | "ts" => search_javascript(text, &mut search)?,
        _ => {}
    }
    search.findings.sort_by_key(|(line, _)| *line);
    Ok(search.findings)
}

/// Checks all names outside of comments and strings, because a definition is not recognizable by line.
fn search_javascript(text: &str, search: &mut Search<'_>) -> anyhow::Result<()> {
    let keep_lines = |prose: &regex::Captures<'_>| "\n".repeat(prose[0].matches('\n').count());
    let code = Regex::new(JAVASCRIPT_PROSE)?.replace_all(text, keep_lines);
    for (index, line) in code.lines().enumerate() {
        for name in line.split(|character: char| !character.is_alphanumeric() && character != '_') {
            search.name(index + 1, name, &[Kind::Name]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\
        type gizmo = a noun\n\
        name foo = bar\n\
        name lane = shard except in crates/keys\n\
        whole it = the noun\n\
        constant most = MAX_\n\
        prose no way = never";

    /// Returns the lines and words that the sample glossary finds.
    fn found(path: &str, text: &str) -> Vec<String> {
        let glossary = parse_glossary(SAMPLE).expect("a valid glossary");
        let findings = find(&glossary, Path::new(path), text).expect("a valid source");
        let describe = |(line, entry): (usize, &Entry<'_>)| format!("{line} {}", entry.word);
        findings.into_iter().map(describe).collect()
    }

    #[test]
    fn replaced_words_are_found_in_rust() {
        let source = "/// No way.\nstruct KeyGizmo;\nimpl A { fn it(my_foo: u8) {} }\n\
                      const MOST_KEYS: u8 = 1;\nfn f() { println!(\"{} no \\\n way!\", 1); }";
        assert_eq!(
            found("a.rs", source),
            ["1 no way", "2 gizmo", "3 it", "3 foo", "4 most", "5 no way"],
            "each must be reported once, with its line"
        );
    }

    #[test]
    fn other_names_pass_in_rust() {
        let source = "use foo::Gizmo;\nstruct GizmoAddress;\n\
                      fn most(gizmo: &foo::Gizmo) -> bool { gizmo.foo(\"no ways\") == foo::MOST_KEYS }";
        assert!(
            found("a.rs", source).is_empty(),
            "only our own definitions are checked, each by its own entries"
        );
    }

    #[test]
    fn word_passes_in_its_excepted_directory() {
        let source = "const LANES: u8 = 1;\nconst LANE: u8 = 1;";
        assert!(found("crates/keys/src/hash.rs", source).is_empty());
        assert_eq!(
            found("crates/keyset/a.rs", source),
            ["2 lane"],
            "other directories must be searched"
        );
    }

    #[test]
    fn replaced_words_are_found_in_javascript_and_markdown() {
        let source =
            "// foo, no way\nconst text = \"\\\"foo\";\nconst myFoo = `${text} foo\nno way`;\n";
        assert_eq!(
            found("a.js", source),
            ["1 no way", "3 foo", "4 no way"],
            "strings and comments are prose, not names"
        );
        assert_eq!(
            found("a.md", "foo\nNo\nway."),
            ["2 no way"],
            "Markdown is prose"
        );
    }

    #[test]
    fn glossary_is_valid() {
        let glossary = parse_glossary(GLOSSARY).expect("a valid glossary");
        assert!(glossary.len() > 10, "it has entries");
        assert!(
            parse_glossary("nonsense").is_err(),
            "other lines are rejected"
        );
    }
}
