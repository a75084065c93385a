//! Checks the dependencies between the packages with Cargo's metadata: each layer depends only on earlier layers.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The layers, lowest first.
const LAYERS: [&str; 18] = [
    "keystile-keys",
    "keystile-policy",
    "keystile-keychain",
    "keystile-lease",
    "keystile-store",
    "keystile-verifier",
    "keystile-registry",
    "keystile-guard",
    "keystile",
    "keystile-listener",
    "keystile-log",
    "keystile-service",
    "keystile-admin",
    "keystile-gateway",
    "keystile-gateway-control",
    "keystile-link",
    "keystile-cli",
    "keystile-desktop",
];
/// Development packages, which may depend on any layer.
const DEVELOPMENT: [&str; 4] = [
    "keystile-bench",
    "keystile-test-postgres",
    "keystile-tests",
    "xtask",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("Cargo's metadata")
}

fn names<'a>(package: &'a Package, kinds: &[DependencyKind]) -> BTreeSet<&'a str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| kinds.contains(&dependency.kind))
        .map(|dependency| dependency.name.as_str())
        .collect()
}

const ANY: [DependencyKind; 3] = [
    DependencyKind::Normal,
    DependencyKind::Build,
    DependencyKind::Development,
];

#[test]
fn layers_depend_only_on_earlier_layers() {
    let metadata = metadata();
    let mut seen = BTreeMap::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(index) = LAYERS.iter().position(|layer| *layer == name) else {
            assert!(
                DEVELOPMENT.contains(&name),
                "{name} is not a layer; add it here and to ARCHITECTURE.md"
            );
            continue;
        };
        let used = names(package, &ANY);
        let built = names(package, &[DependencyKind::Normal, DependencyKind::Build]);
        for forbidden in LAYERS[index..].iter().chain(&DEVELOPMENT) {
            // The tests of the program need a server, and belong to its package.
            let is_fixture = (name, *forbidden) == ("keystile-cli", "keystile-test-postgres");
            let used = if is_fixture { &built } else { &used };
            assert!(
                !used.contains(forbidden),
                "{name} must not depend on {forbidden}"
            );
        }
        seen.insert(index, used);
    }
    assert_eq!(seen.len(), LAYERS.len(), "every layer must exist");
    assert!(
        seen[&5].contains("keystile-store"),
        "the metadata must contain dependencies"
    );
    for independent in [0, 2, 3, 9, 10] {
        assert!(
            !seen[&independent]
                .iter()
                .any(|used| used.starts_with("keystile-")),
            "{} must not depend on other layers",
            LAYERS[independent]
        );
    }
}

#[test]
fn postgres_fixtures_depend_on_no_other_package() {
    let metadata = metadata();
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "keystile-test-postgres")
        .expect("the package");
    let used = names(package, &ANY);
    assert!(
        !used.iter().any(|used| used.starts_with("keystile")),
        "`cargo xtask` is built with them, and must not wait for the product"
    );
}

#[test]
fn verifying_packages_cannot_manage_keys() {
    let metadata = metadata();
    for package in &metadata.packages {
        let forbidden: &[&str] = match package.name.as_str() {
            "keystile-verifier" => &["keystile-keychain"],
            "keystile-service" => &["keystile-keychain", "keystile-registry"],
            // The gateway reads no stored configuration; gateway-control does.
            "keystile-gateway" => &[
                "keystile-keychain",
                "keystile-registry",
                "keystile-service",
                "keystile-store",
                "sqlx",
            ],
            "keystile-registry" => &["keystile-verifier"],
            _ => continue,
        };
        let used = names(package, &[DependencyKind::Normal, DependencyKind::Build]);
        for name in forbidden {
            assert!(
                !used.contains(name),
                "{} must not depend on {name}",
                package.name
            );
        }
    }
}

#[test]
fn only_the_desktop_package_depends_on_tauri() {
    let metadata = metadata();
    let mut users = BTreeSet::new();
    for package in &metadata.packages {
        let is_tauri = |name: &&str| {
            name.starts_with("tauri") || matches!(*name, "wry" | "tao" | "webkit2gtk")
        };
        if names(package, &ANY).iter().any(is_tauri) {
            users.insert(package.name.as_str());
        }
    }
    assert_eq!(users, BTreeSet::from(["keystile-desktop"]));
}

#[test]
fn only_the_store_depends_on_sqlite() {
    let metadata = metadata();
    let mut users = BTreeSet::new();
    for package in &metadata.packages {
        let kinds: &[_] = match package.name.as_str() {
            // They manipulate the database file from outside.
            "keystile-tests" | "keystile-bench" => continue,
            // Its tests are clients of PostgreSQL.
            "keystile-test-postgres" => &[DependencyKind::Normal, DependencyKind::Build],
            "keystile-desktop" => &[DependencyKind::Normal, DependencyKind::Build],
            _ => &ANY,
        };
        let used = names(package, kinds);
        if used.contains("sqlx") || used.iter().any(|name| name.contains("sqlite")) {
            users.insert(package.name.as_str());
        }
    }
    assert_eq!(users, BTreeSet::from(["keystile-store"]));
}
