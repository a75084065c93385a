//! `cargo xtask licenses`: lists the crates and npm packages in the programs, with the texts of their licenses, for the
//! window. The list is committed; `tests/licenses.rs` fails when it is outdated. cargo-about does the same for crates, but
//! needs many minutes in a debug build, because it compares each file of each package with each license.

mod crates;
mod npm;
mod package;
mod text;

use std::fs;

use anyhow::Context;
use serde::Serialize;

use crate::paths;
use package::Package;
use text::Texts;

/// Where the window reads the list.
const LIST: &str = "ui/src/features/settings/licenses.json";

/// The list.
#[derive(Debug, Default, Serialize)]
struct List {
    packages: Vec<Package>,
    texts: Vec<String>,
}

/// Writes the list.
pub(crate) fn licenses() -> anyhow::Result<()> {
    let mut texts = Texts::default();
    let mut packages = crates::packages(&mut texts)?;
    packages.extend(npm::packages(&mut texts)?);
    packages.sort_by_cached_key(|package| (package.name.to_lowercase(), package.version.clone()));
    packages.insert(0, own(&mut texts)?);
    let list = List {
        packages,
        texts: texts.into_vec(),
    };
    let mut json = serde_json::to_string_pretty(&list)?;
    json.push('\n');
    fs::write(paths::root().join(LIST), json).with_context(|| format!("Cannot write {LIST}"))?;
    println!(
        "Wrote {} packages and {} texts to {LIST}.",
        list.packages.len(),
        list.texts.len()
    );
    Ok(())
}

/// Returns Keystile itself.
fn own(texts: &mut Texts) -> anyhow::Result<Package> {
    let mut indexes = Vec::new();
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let text = fs::read_to_string(file).with_context(|| format!("Cannot read {file}"))?;
        indexes.push(texts.add(&text));
    }
    Ok(Package {
        name: "Keystile".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        license: env!("CARGO_PKG_LICENSE").to_owned(),
        source: "keystile",
        texts: indexes,
    })
}
