//! Where the store is, and how words on the command line become projects, environments and keys. Names are compared as
//! the registry compares them: without regard to case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId, Name, State};
use keystile_registry::{Clipboard, Registry};
use keystile_store::{
    DATABASE_FILE, DIRECTORY_VARIABLE, EnvironmentRow, KeyRow, ProjectRow, Store, default_directory,
};
use keystile_verifier::{Environment, Verifier};

use crate::arguments::{ENVIRONMENT_VARIABLE, Which};
use crate::failure::Failure;
use crate::hint;

/// The folder of the store: the one that was named, that of the variable KEYSTILE_DB, or the window's own.
pub(crate) fn folder(db: Option<&Path>) -> Result<PathBuf, Failure> {
    let from_variable = std::env::var_os(DIRECTORY_VARIABLE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    let named = db.or(from_variable.as_deref());
    if let Some(path) = named
        && path.to_str().is_none()
    {
        return Err(Failure::new(
            "store_path",
            format!("{} is not a path in UTF-8.", path.display()),
            "Name the store by another path.",
        ));
    }
    match named {
        Some(path) if path.file_name().is_some_and(|name| name == DATABASE_FILE) => {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            Ok(parent.map_or_else(|| PathBuf::from("."), Path::to_owned))
        }
        Some(path) => Ok(path.to_owned()),
        None => default_directory().ok_or_else(|| {
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
        format!("There is no Keystile store in {}.", folder.display()),
        format!(
            "Name another with --db PATH, or create one: {}",
            hint::command("project create NAME")
        ),
    ))
}

/// The registry over a store that exists, after what dead processes left open has been ended.
pub(crate) async fn registry(
    db: Option<&Path>,
    clipboard: Arc<dyn Clipboard>,
) -> Result<Registry, Failure> {
    must_exist(db)?;
    open(
        Store::open_existing(&folder(db)?, "terminal").await?,
        clipboard,
    )
    .await
}

/// As [`registry`]; makes the store where there is none.
pub(crate) async fn new_registry(
    db: Option<&Path>,
    clipboard: Arc<dyn Clipboard>,
) -> Result<Registry, Failure> {
    open(Store::open(&folder(db)?, "terminal").await?, clipboard).await
}

async fn open(store: Store, clipboard: Arc<dyn Clipboard>) -> Result<Registry, Failure> {
    let registry = Registry::new(store, Keychain::system(), clipboard, Clock::system());
    registry.sweep().await?;
    Ok(registry)
}

pub(crate) async fn project(registry: &Registry, name: &str) -> Result<ProjectRow, Failure> {
    registry.find_project(name).await?.ok_or_else(|| {
        let advice = format!("`{}` shows them.", hint::command("project list"));
        Failure::not_found("project", name, &advice)
    })
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
        &format!(
            "Write it as project/environment; `{}` shows them.",
            hint::command("env list")
        ),
    )
}

/// The key with this id, or the living one with this name in the environment.
pub(crate) async fn key(registry: &Registry, which: &Which) -> Result<KeyRow, Failure> {
    let id = which.key.parse::<KeyId>();
    // An id names one key of all; the variable is only for names.
    let variable = std::env::var(ENVIRONMENT_VARIABLE).ok();
    let env = which.env.clone().or(variable.filter(|_| id.is_err()));
    let Some(env) = env else {
        let list = hint::command("key list --env ENVIRONMENT");
        let missing = || Failure::not_found("key", &which.key, &format!("`{list}` shows them."));
        let id = id.map_err(|_| {
            Failure::new(
                "key_without_environment",
                format!("{} is not the id of a key.", which.key),
                "Where a key is called by its name, add --env with its environment.",
            )
        })?;
        let mut connection = registry.store().read().await?;
        return KeyRow::find(&mut connection, id).await?.ok_or_else(missing);
    };
    let environment = environment(registry, &env).await?;
    // A dead key's name may be that of a living one; the id tells the dead ones apart.
    registry
        .find_key(&environment.id, &which.key)
        .await?
        .ok_or_else(|| {
            let list = format!(
                "key list --env {}",
                hint::quoted(&reference_to(&environment))
            );
            let advice = format!(
                "`{}` shows them; one that has ended is named by its id.",
                hint::command(&list)
            );
            Failure::not_found("key", &which.key, &advice)
        })
}

/// A key that `key revoke` names.
pub(crate) enum Found {
    /// It can be revoked.
    Live(KeyRow),
    /// It was revoked before.
    Revoked(KeyRow),
}

/// As [`key`]; where no live key has the name, the newest one that had it and was revoked.
pub(crate) async fn key_to_revoke(registry: &Registry, which: &Which) -> Result<Found, Failure> {
    let missing = match key(registry, which).await {
        Ok(key) if key.state == State::Revoked => return Ok(Found::Revoked(key)),
        Ok(key) => return Ok(Found::Live(key)),
        Err(missing) => missing,
    };
    let env = which
        .env
        .clone()
        .or_else(|| std::env::var(ENVIRONMENT_VARIABLE).ok());
    if let ("not_found", Some(env), Ok(name)) = (missing.code, env, Name::parse(&which.key)) {
        let environment = environment(registry, &env).await?;
        let newest_first = registry.list_keys(&environment.id).await?;
        let revoked = newest_first.into_iter().find(|key| {
            key.state == State::Revoked
                && Name::parse(&key.name).is_ok_and(|other| other.folded() == name.folded())
        });
        if let Some(key) = revoked {
            return Ok(Found::Revoked(key));
        }
    }
    Err(missing)
}
