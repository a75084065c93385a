//! Where the store is, and how words on the command line become projects, environments and keys. Names are compared as
//! the registry compares them: without regard to case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{KeyId, Name};
use keystile_registry::{Clipboard, Registry, system_clock};
use keystile_store::{DATABASE_FILE, EnvironmentRow, KeyRow, ProjectRow, Store};
use keystile_verifier::{Environment, Verifier};

use crate::arguments::Which;
use crate::failure::Failure;

/// The folder of the store: the one that was named, or the window's own.
pub(crate) fn folder(db: Option<&Path>) -> Result<PathBuf, Failure> {
    match db {
        Some(path) if path.file_name().is_some_and(|name| name == DATABASE_FILE) => {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            Ok(parent.map_or_else(|| PathBuf::from("."), Path::to_owned))
        }
        Some(path) => Ok(path.to_owned()),
        None => dirs::data_dir()
            .map(|data| data.join("dev.keystile.desktop").join("store"))
            .ok_or_else(|| {
                Failure::new(
                    "no_data_folder",
                    "This user has no data folder.",
                    "Name the store with --db PATH.",
                )
            }),
    }
}

/// The registry over the store, after what dead processes left open has been ended.
pub(crate) async fn registry(
    db: Option<&Path>,
    clipboard: Arc<dyn Clipboard>,
) -> Result<Registry, Failure> {
    let store = Store::open(&folder(db)?, "terminal").await?;
    let registry = Registry::new(store, Keychain::system(), clipboard, system_clock);
    registry.sweep().await?;
    Ok(registry)
}

/// Two names that the registry would call taken.
fn is_same(one: &str, other: &str) -> bool {
    match (Name::parse(one), Name::parse(other)) {
        (Ok(one), Ok(other)) => one.folded() == other.folded(),
        _ => false,
    }
}

pub(crate) async fn project(registry: &Registry, name: &str) -> Result<ProjectRow, Failure> {
    registry
        .list_projects()
        .await?
        .into_iter()
        .find(|project| project.id.as_str() == name || is_same(&project.name, name))
        .ok_or_else(|| Failure::not_found("project", name, "`keystile project list` shows them."))
}

/// The environment called `project/environment`, or by its id.
pub(crate) async fn environment(
    registry: &Registry,
    reference: &str,
) -> Result<EnvironmentRow, Failure> {
    for project in registry.list_projects().await? {
        for environment in registry.list_environments(&project.id).await? {
            let called = reference.split_once('/').is_some_and(|(of, name)| {
                is_same(of, &project.name) && is_same(name, &environment.name)
            });
            // A project's name may hold a slash.
            let written = format!("{}/{}", project.name, environment.name);
            if called || environment.id.as_str() == reference || is_same(&written, reference) {
                return Ok(environment);
            }
        }
    }
    Err(no_environment(reference))
}

/// As [`environment`], for verbs that ask a verifier and no registry.
pub(crate) async fn guarded(
    verifier: &Verifier,
    reference: &str,
) -> Result<Arc<Environment>, Failure> {
    verifier
        .environment(reference)
        .await?
        .ok_or_else(|| no_environment(reference))
}

fn no_environment(reference: &str) -> Failure {
    Failure::not_found(
        "environment",
        reference,
        "Write it as project/environment; `keystile env list PROJECT` shows them.",
    )
}

/// The key with this id, or the living one with this name in the environment.
pub(crate) async fn key(registry: &Registry, which: &Which) -> Result<KeyRow, Failure> {
    let advice = "`keystile key list --env …` shows them. A name needs --env beside it.";
    let missing = || Failure::not_found("key", &which.key, advice);
    let Some(env) = &which.env else {
        let id: KeyId = which.key.parse().map_err(|_| missing())?;
        let mut connection = registry.store().read().await?;
        return KeyRow::find(&mut connection, id).await?.ok_or_else(missing);
    };
    let environment = environment(registry, env).await?;
    let keys = registry.list_keys(&environment.id).await?;
    // A dead key's name may be that of a living one; the id tells the dead ones apart.
    keys.into_iter()
        .find(|key| {
            key.id.as_str() == which.key
                || (key.state.is_living() && is_same(&key.name, &which.key))
        })
        .ok_or_else(missing)
}
