//! Arrows between the packages point one way: keys, policy, keychain, store, verifier, registry, guard, keystile, listener, log, service, gateway, gateway-control, cli, desktop. Read from
//! Cargo's metadata, so that no comment has to be believed.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each layer may use those before it.
const LAYERS: [&str; 15] = [
    "keystile-keys",
    "keystile-policy",
    "keystile-keychain",
    "keystile-store",
    "keystile-verifier",
    "keystile-registry",
    "keystile-guard",
    "keystile",
    "keystile-listener",
    "keystile-log",
    "keystile-service",
    "keystile-gateway",
    "keystile-gateway-control",
    "keystile-cli",
    "keystile-desktop",
];
/// What stands beside the layers and may use any of them.
const BESIDE: [&str; 3] = ["keystile-bench", "keystile-tests", "xtask"];

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
fn no_layer_uses_one_below_it() {
    let metadata = metadata();
    let mut seen = BTreeMap::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(place) = LAYERS.iter().position(|layer| *layer == name) else {
            assert!(
                BESIDE.contains(&name),
                "{name} has no place among the layers; give it one here and in ARCHITECTURE.md"
            );
            continue;
        };
        let used = names(package, &ANY);
        for forbidden in LAYERS[place..].iter().chain(&BESIDE) {
            assert!(
                !used.contains(forbidden),
                "{name} uses {forbidden}, which stands below or beside it"
            );
        }
        seen.insert(place, used);
    }
    assert_eq!(seen.len(), LAYERS.len(), "every layer was looked at");
    assert!(
        seen[&4].contains("keystile-store"),
        "the metadata does list what is used"
    );
    for independent in [0, 2, 8, 9] {
        assert!(
            !seen[&independent]
                .iter()
                .any(|used| used.starts_with("keystile-")),
            "{} stands on its own",
            LAYERS[independent]
        );
    }
}

#[test]
fn what_guards_an_api_cannot_decide_about_keys() {
    let metadata = metadata();
    for package in &metadata.packages {
        let forbidden: &[&str] = match package.name.as_str() {
            "keystile-verifier" => &["keystile-keychain"],
            "keystile-service" => &["keystile-keychain", "keystile-registry"],
            // A proxy and nothing else: what is stored about it is the business of gateway-control.
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
            assert!(!used.contains(name), "{} uses {name}", package.name);
        }
    }
}

#[test]
fn only_the_window_knows_tauri() {
    let metadata = metadata();
    let mut users = BTreeSet::new();
    for package in &metadata.packages {
        let is_of_tauri = |name: &&str| {
            name.starts_with("tauri") || matches!(*name, "wry" | "tao" | "webkit2gtk")
        };
        if names(package, &ANY).iter().any(is_of_tauri) {
            users.insert(package.name.as_str());
        }
    }
    assert_eq!(users, BTreeSet::from(["keystile-desktop"]));
}

#[test]
fn only_the_store_knows_sql() {
    let metadata = metadata();
    let mut users = BTreeSet::new();
    for package in &metadata.packages {
        let kinds: &[_] = match package.name.as_str() {
            // Tests tamper with the file from outside.
            "keystile-tests" | "keystile-bench" => continue,
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
