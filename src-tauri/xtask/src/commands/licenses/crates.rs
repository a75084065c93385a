//! The crates in the programs on every platform.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, bail};
use cargo_metadata::MetadataCommand;

use super::package::Package;
use super::text::{Texts, license_texts};
use crate::{exec, paths};

/// The packages whose programs are shipped.
const PROGRAMS: [&str; 2] = [paths::DESKTOP, "keystile-cli"];
/// The platforms of deny.toml.
const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// Returns the crates of other authors.
///
/// # Errors
/// Cargo failed, or a license is unknown.
pub(super) fn packages(texts: &mut Texts) -> anyhow::Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .manifest_path(paths::root().join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .context("Cannot read Cargo's metadata")?;
    let known: HashMap<_, _> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .map(|package| {
            let version = package.version.to_string();
            ((package.name.to_string(), version), package)
        })
        .collect();
    let mut packages = Vec::new();
    for crate_id in names_and_versions()? {
        // Crates of this workspace have no source.
        let Some(package) = known.get(&crate_id) else {
            continue;
        };
        let (name, version) = crate_id;
        let Some(license) = &package.license else {
            bail!("{name} {version} names no license.");
        };
        let license = license.replace('/', " OR ").replace("  ", " ");
        let folder = package
            .manifest_path
            .parent()
            .with_context(|| format!("{name} has no folder"))?;
        let found = license_texts(folder.as_std_path(), &license, &package.authors)
            .with_context(|| format!("{name} {version}"))?;
        packages.push(Package {
            name,
            version,
            license,
            source: "crate",
            texts: found.iter().map(|text| texts.add(text)).collect(),
        });
    }
    Ok(packages)
}

/// Returns the crates that are compiled into a program. Build scripts and procedural macros are not.
fn names_and_versions() -> anyhow::Result<BTreeSet<(String, String)>> {
    let mut crates = BTreeSet::new();
    for target in TARGETS {
        let mut tree = exec::cargo();
        tree.args(["tree", "--locked", "--edges", "normal,no-proc-macro"])
            .args(["--prefix", "none", "--format", "{p}", "--target", target]);
        for program in PROGRAMS {
            tree.args(["--package", program]);
        }
        for line in exec::output(&mut tree)?.lines() {
            let mut words = line.split(' ');
            if let (Some(name), Some(version)) = (words.next(), words.next()) {
                let version = version.trim_start_matches('v').to_owned();
                crates.insert((name.to_owned(), version));
            }
        }
    }
    Ok(crates)
}
