//! Where the store is, and how words on the command line become projects, environments and keys. Names are compared as
//! the registry compares them: without regard to case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::KeyId;
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

/// That there is a store already. What only looks or edits makes none: a folder that was mistyped would become a store, and
/// everything in the right one would seem to be gone.
pub(crate) fn must_exist(db: Option<&Path>) -> Result<(), Failure> {
    let folder = folder(db)?;
    if folder.join(DATABASE_FILE).exists() {
        return Ok(());
    }
    Err(Failure::new(
        "no_store",
        format!("There is no store of Keystile in {}.", folder.display()),
        "Name another with --db PATH, or make one: keystile project create NAME.",
    ))
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

pub(crate) async fn project(registry: &Registry, name: &str) -> Result<ProjectRow, Failure> {
    registry
        .find_project(name)
        .await?
        .ok_or_else(|| Failure::not_found("project", name, "`keystile project list` shows them."))
}

/// The environment called `project/environment`, or by its id.
pub(crate) async fn environment(
    registry: &Registry,
    reference: &str,
) -> Result<EnvironmentRow, Failure> {
    registry
        .find_environment(reference)
        .await?
        .ok_or_else(|| no_environment(reference))
}

/// Those of all projects.
pub(crate) async fn environments(registry: &Registry) -> Result<Vec<EnvironmentRow>, Failure> {
    let mut all = Vec::new();
    for project in registry.list_projects().await? {
        all.extend(registry.list_environments(&project.id).await?);
    }
    Ok(all)
}

/// How an environment is called on the command line.
pub(crate) fn reference_to(environment: &EnvironmentRow) -> String {
    format!("{}/{}", environment.project_name, environment.name)
}

/// As one word of a command that is there to be pasted.
pub(crate) fn quoted(word: &str) -> String {
    if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        format!("\"{word}\"")
    }
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
        "Write it as project/environment; `keystile env list` shows them.",
    )
}

/// The key with this id, or the living one with this name in the environment.
pub(crate) async fn key(registry: &Registry, which: &Which) -> Result<KeyRow, Failure> {
    let Some(env) = &which.env else {
        let advice = "`keystile key list --env …` shows them. A name needs --env beside it.";
        let missing = || Failure::not_found("key", &which.key, advice);
        let id: KeyId = which.key.parse().map_err(|_| {
            Failure::new(
                "key_without_environment",
                format!("{} is not the id of a key.", which.key),
                "Where a key is called by its name, add --env with its environment.",
            )
        })?;
        let mut connection = registry.store().read().await?;
        return KeyRow::find(&mut connection, id).await?.ok_or_else(missing);
    };
    let environment = environment(registry, env).await?;
    // A dead key's name may be that of a living one; the id tells the dead ones apart.
    registry
        .find_key(&environment.id, &which.key)
        .await?
        .ok_or_else(|| {
            let list = quoted(&reference_to(&environment));
            let advice = format!(
                "`keystile key list --env {list}` shows them; one that has ended is called by its id."
            );
            Failure::not_found("key", &which.key, &advice)
        })
}
