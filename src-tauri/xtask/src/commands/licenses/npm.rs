//! The npm packages in the window, which include its font.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context;
use serde::Deserialize;

use super::package::Package;
use super::text::{Texts, license_texts};
use crate::{paths, ui_build};

/// The part of `package-lock.json` that is read.
#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    version: String,
    license: Option<String>,
    /// Whether only development needs it.
    #[serde(default)]
    dev: bool,
}

/// Returns the packages that are not only for development.
///
/// # Errors
/// The lock file cannot be read, or a license is unknown.
pub(super) fn packages(texts: &mut Texts) -> anyhow::Result<Vec<Package>> {
    ui_build::install()?;
    let path = paths::root().join("ui/package-lock.json");
    let lock = fs::read(&path).with_context(|| format!("Cannot read {}", path.display()))?;
    let lock: Lock = serde_json::from_slice(&lock).context("Cannot parse the lock file")?;
    let mut packages = Vec::new();
    for (path, package) in lock.packages {
        // The empty path is the window itself.
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
            continue;
        };
        if package.dev {
            continue;
        }
        let license = package
            .license
            .with_context(|| format!("{name} names no license"))?;
        let folder = paths::root().join("ui").join(&path);
        let found = license_texts(&folder, &license, &[])
            .with_context(|| format!("{name} {}", package.version))?;
        packages.push(Package {
            name: name.to_owned(),
            version: package.version,
            license,
            source: "npm",
            texts: found.iter().map(|text| texts.add(text)).collect(),
        });
    }
    Ok(packages)
}
