//! The list of licenses in the window contains what the lock files contain. After a change of a dependency, run
//! `cargo xtask licenses`.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

type NameAndVersion = (String, String);

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).expect(path)
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).expect(path)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// Returns the listed packages from a source.
fn listed(source: &str) -> BTreeSet<NameAndVersion> {
    let list = json("ui/src/features/settings/licenses.json");
    let packages = list["packages"].as_array().expect("packages").iter();
    packages
        .filter(|package| package["source"] == source)
        .map(|package| (text(&package["name"]), text(&package["version"])))
        .collect()
}

/// Returns the crates that the programs contain on this platform.
fn crates() -> BTreeSet<NameAndVersion> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked"])
        .args(["--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}"])
        .args(["--package", "keystile-desktop", "--package", "keystile-cli"])
        .current_dir(repository())
        .output()
        .expect("cargo tree");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        // The path of a crate of this workspace follows its version.
        .filter(|line| !line.is_empty() && !line.contains(" (/") && !line.contains(":\\"))
        .map(|line| {
            let mut words = line.split(' ');
            let name = words.next().expect("a name");
            let version = words.next().expect("a version").trim_start_matches('v');
            (name.to_owned(), version.to_owned())
        })
        .collect()
}

#[test]
fn every_crate_of_the_programs_is_listed() {
    let crates = crates();
    assert!(crates.len() > 100, "the programs have dependencies");
    let missing: Vec<_> = crates.difference(&listed("crate")).cloned().collect();
    assert_eq!(missing, [], "run `cargo xtask licenses`");
}

#[test]
fn every_listed_crate_is_in_the_lock_file() {
    let lock = read("Cargo.lock");
    let locked: BTreeSet<_> = lock
        .split("[[package]]")
        .filter_map(|package| {
            let value = |field: &str| {
                let line = package.lines().find(|line| line.starts_with(field))?;
                Some(line.split('"').nth(1)?.to_owned())
            };
            Some((value("name = ")?, value("version = ")?))
        })
        .collect();
    let outdated: Vec<_> = listed("crate").difference(&locked).cloned().collect();
    assert_eq!(outdated, [], "run `cargo xtask licenses`");
}

#[test]
fn npm_packages_of_the_window_are_listed() {
    let lock = json("ui/package-lock.json");
    let packages = lock["packages"].as_object().expect("packages").iter();
    let shipped: BTreeSet<_> = packages
        .filter(|(_, package)| package["dev"] != true)
        .filter_map(|(path, package)| {
            let (_, name) = path.rsplit_once("node_modules/")?;
            Some((name.to_owned(), text(&package["version"])))
        })
        .collect();
    assert_eq!(listed("npm"), shipped, "run `cargo xtask licenses`");
}

#[test]
fn keystile_itself_is_listed_first() {
    let list = json("ui/src/features/settings/licenses.json");
    let own = &list["packages"][0];
    assert_eq!(own["name"], "Keystile");
    assert_eq!(own["version"], env!("CARGO_PKG_VERSION"));
    for (index, file) in ["LICENSE-MIT", "LICENSE-APACHE"].iter().enumerate() {
        let position = own["texts"][index].as_u64().expect("an index");
        let position = usize::try_from(position).expect("an index");
        assert_eq!(
            text(&list["texts"][position]),
            read(file).trim_matches('\n'),
            "{file}"
        );
    }
}
