//! Checks that the files and options in the documents exist, so that renaming one cannot leave the documents outdated.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The documents, and the folders beside the document's own in which their paths may begin.
const DOCUMENTS: [&str; 11] = [
    "README.md",
    "CHANGELOG.md",
    ".github/CONTRIBUTING.md",
    "src-tauri/ARCHITECTURE.md",
    "src-tauri/docs/admin-api.md",
    "src-tauri/docs/fleet.md",
    "src-tauri/docs/guarding.md",
    "src-tauri/docs/key-format.md",
    "src-tauri/docs/postgresql.md",
    "src-tauri/docs/team.md",
    "src-tauri/docs/threat-model.md",
];
const FOLDERS: [&str; 3] = ["", "src-tauri", "src-tauri/crates"];

/// Options of other programs, such as cargo, and of `cargo xtask`.
const OTHER_OPTIONS: [&str; 1] = ["--path"];

/// Endings of files that are part of the repository.
const ENDINGS: [&str; 5] = [".rs", ".md", ".ts", ".js", ".sql"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the text between backticks and the targets of relative links.
fn names(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    code.chain(links)
        .filter(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)))
        .filter(|name| !name.contains(['*', '{', ' ', ':']))
        .collect()
}

/// Whether a file is there: by its path, by `crate/module.rs`, or by a file name of its own.
fn exists(root: &Path, folder: &Path, name: &str) -> bool {
    let in_crate = name.split_once('/').map(|(part, module)| {
        root.join("src-tauri/crates")
            .join(part)
            .join("src")
            .join(module)
    });
    FOLDERS
        .iter()
        .any(|start| root.join(start).join(name).exists())
        || folder.join(name).exists()
        || in_crate.is_some_and(|path| path.exists())
}

#[test]
fn documents_name_only_files_that_exist() {
    let root = root();
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let path = root.join(document);
        let text = fs::read_to_string(&path).expect("the document");
        let folder = path.parent().expect("its folder").to_owned();
        let names = names(&text);
        missing.extend(
            names
                .iter()
                .filter(|name| !exists(&root, &folder, name))
                .map(|name| format!("{document}: {name}")),
        );
    }
    assert!(
        missing.is_empty(),
        "a reader follows these paths, so they must exist: {missing:#?}"
    );
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-')
}

/// Returns the options in code spans and code blocks.
fn options(text: &str) -> Vec<&str> {
    // The fence of a block has three backticks, so blocks have odd numbers too.
    let code = text.split('`').skip(1).step_by(2);
    code.flat_map(words)
        .filter(|word| word.len() > 2 && word.starts_with("--"))
        .collect()
}

#[test]
fn documents_name_only_options_that_exist() {
    let root = root();
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a file");
    let help = read("tests/cli/cases/help.trycmd");
    let known: HashSet<_> = words(&help).collect();
    let mut unknown = Vec::new();
    for document in DOCUMENTS {
        if document != "README.md" && !document.starts_with("src-tauri/docs/") {
            continue;
        }
        let text = read(document);
        unknown.extend(
            options(&text)
                .into_iter()
                .filter(|option| !known.contains(option) && !OTHER_OPTIONS.contains(option))
                .map(|option| format!("{document}: {option}")),
        );
    }
    assert!(
        unknown.is_empty(),
        "a reader passes these options to keystile, so its help must list them: {unknown:#?}"
    );
}

#[test]
fn options_are_found_in_code_spans_and_blocks() {
    assert_eq!(
        options("a -- `--socket PATH`, --prose\n```sh\nserve --listen=0 -- x\n```\nand `|--json]`"),
        ["--socket", "--listen", "--json"],
        "an option that is not recognized is not checked"
    );
}

#[test]
fn paths_are_found_in_code_spans_and_links() {
    assert_eq!(
        names("see `guard/key_scan.rs` and [map](docs/key-format.md), not `name` or `tests/*.rs`"),
        ["guard/key_scan.rs", "docs/key-format.md"],
        "a path that is not recognized is not checked"
    );
    assert!(
        !exists(&root(), &root(), "guard/no_such_module.rs"),
        "a module that does not exist must be reported"
    );
}
