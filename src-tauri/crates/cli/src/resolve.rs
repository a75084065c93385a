//! Resolves the store, and names or ids on the command line to projects, environments, and keys. The registry compares
//! names, ignoring case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId, Name, State};
use keystile_registry::{Clipboard, Registry};
use keystile_store::{
    DATABASE_FILE, DIRECTORY_VARIABLE, EnvironmentRow, KeyRow, ProjectRow, Store, StoreAddress,
    default_directory,
};
use keystile_verifier::{Consistency, Environment, Verifier};

use crate::arguments::{ENVIRONMENT_VARIABLE, KeyArguments};
use crate::error::CliError;
use crate::hint;

/// Returns the address of the store: `--db`, the variable `KEYSTILE_DB`, or the desktop app's folder.
pub(crate) fn store_address(db: Option<&Path>) -> Result<StoreAddress, CliError> {
    let variable = std::env::var_os(DIRECTORY_VARIABLE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    let given = db.or(variable.as_deref());
    let address = given.map(|given| StoreAddress::parse(given.as_os_str()));
    match address.transpose()? {
        Some(address @ StoreAddress::Postgres(_)) => Ok(address),
        Some(StoreAddress::Folder(path)) => store_folder(Some(&path)).map(StoreAddress::Folder),
        None => store_folder(None).map(StoreAddress::Folder),
    }
}

/// Returns the folder of a path, or the desktop app's.
fn store_folder(path: Option<&Path>) -> Result<PathBuf, CliError> {
    if let Some(path) = path
        && path.to_str().is_none()
    {
        return Err(CliError::new(
            "invalid_store_path",
            format!("The store path {} is not valid UTF-8.", path.display()),
            "Use another path.",
        ));
    }
    match path {
        Some(path) if path.file_name().is_some_and(|name| name == DATABASE_FILE) => {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            Ok(parent.map_or_else(|| PathBuf::from("."), Path::to_owned))
        }
        Some(path) => Ok(path.to_owned()),
        None => default_directory().ok_or_else(|| {
            CliError::new(
                "no_data_directory",
                "Your user has no data folder.",
                "Pass the store with --db STORE.",
            )
        }),
    }
}

/// Checks that the store exists. Only `project create` creates one: a mistyped path must not become an empty store.
/// A PostgreSQL database is checked when it is opened.
pub(crate) fn require_store(db: Option<&Path>) -> Result<(), CliError> {
    let StoreAddress::Folder(folder) = store_address(db)? else {
        return Ok(());
    };
    if folder.join(DATABASE_FILE).exists() {
        return Ok(());
    }
    // `project create` refuses another file or folder.
    let advice = if db.is_some() && folder.exists() {
        "Pass the folder of a store with --db STORE.".to_owned()
    } else {
        format!(
            "Pass another store with --db STORE, or create one: {}",
            hint::command("project create NAME")
        )
    };
    let message = if folder.is_file() {
        format!("{} is a file, and no Keystile store.", folder.display())
    } else {
        format!("No Keystile store in {}.", folder.display())
    };
    Err(CliError::new("no_store", message, advice))
}

/// Checks that the store is the one that the desktop program shows.
pub(crate) fn require_default_store(db: Option<&Path>) -> Result<(), CliError> {
    let address = store_address(db)?;
    // A store that does not exist yet has no canonical path.
    let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
    if let StoreAddress::Folder(folder) = &address
        && default_directory().map(canonical) == Some(canonical(folder.clone()))
    {
        return Ok(());
    }
    Err(CliError::usage(
        "other_store",
        format!("The window shows only the default store, not {address}."),
        format!("Omit --db, and unset {DIRECTORY_VARIABLE}."),
    ))
}

/// Opens the registry of an existing store, and ends what stopped processes left open.
pub(crate) async fn registry(
    db: Option<&Path>,
    clipboard: Arc<dyn Clipboard>,
) -> Result<Registry, CliError> {
    require_store(db)?;
    let store = Store::open_at(&store_address(db)?, "terminal").await?;
    open(store, clipboard).await
}

/// Opens the registry, and creates the store if its folder does not exist.
pub(crate) async fn registry_or_create(
    db: Option<&Path>,
    clipboard: Arc<dyn Clipboard>,
) -> Result<Registry, CliError> {
    let store = match store_address(db)? {
        StoreAddress::Folder(folder) => Store::open(&folder, "terminal").await?,
        address @ StoreAddress::Postgres(_) => Store::open_at(&address, "terminal").await?,
    };
    open(store, clipboard).await
}

async fn open(store: Store, clipboard: Arc<dyn Clipboard>) -> Result<Registry, CliError> {
    let registry = Registry::new(store, Keychain::system(), clipboard, Clock::system());
    registry.sweep().await?;
    Ok(registry)
}

pub(crate) async fn project(registry: &Registry, name: &str) -> Result<ProjectRow, CliError> {
    registry.find_project(name).await?.ok_or_else(|| {
        let advice = format!("List projects: {}", hint::command("project list"));
        CliError::not_found("Project", name, advice)
    })
}

/// Returns the environment with this id or `project/environment` reference.
pub(crate) async fn environment(
    registry: &Registry,
    reference: &str,
) -> Result<EnvironmentRow, CliError> {
    registry
        .find_environment(reference)
        .await?
        .ok_or_else(|| environment_not_found(reference))
}

/// Returns the environments of all projects.
pub(crate) async fn environments(registry: &Registry) -> Result<Vec<EnvironmentRow>, CliError> {
    let mut all = Vec::new();
    for project in registry.list_projects().await? {
        all.extend(registry.list_environments(&project.id).await?);
    }
    Ok(all)
}

/// Returns `project/environment`.
pub(crate) fn reference_to(environment: &EnvironmentRow) -> String {
    environment.reference()
}

/// Opens a verifier for one check. On a shared store it reads the database, and needs no lease.
pub(crate) async fn verifier(db: Option<&Path>) -> Result<Verifier, CliError> {
    let builder = Verifier::builder().consistency(Consistency::Ask);
    Ok(builder.open_at(&store_address(db)?).await?)
}

/// Returns the environment as the verifier knows it, for commands without a registry.
pub(crate) async fn verifier_environment(
    verifier: &Verifier,
    reference: &str,
) -> Result<Arc<Environment>, CliError> {
    verifier
        .environment(reference)
        .await?
        .ok_or_else(|| environment_not_found(reference))
}

fn environment_not_found(reference: &str) -> CliError {
    let list = hint::command("env list");
    // `KEYSTILE_ENV=""`.
    if reference.is_empty() {
        return CliError::usage(
            "usage",
            "No environment was given.",
            format!("Use PROJECT/ENVIRONMENT or an ID. List environments: {list}"),
        );
    }
    let advice = if reference.contains('/') {
        format!("List environments: {list}")
    } else {
        format!("Use PROJECT/ENVIRONMENT or an ID. List environments: {list}")
    };
    CliError::not_found("Environment", reference, advice)
}

/// Returns the key with this id, or the unrevoked key with this name in the environment.
pub(crate) async fn key(registry: &Registry, args: &KeyArguments) -> Result<KeyRow, CliError> {
    let id = args.key.parse::<KeyId>();
    // An id is unique in the store. The variable only applies to names.
    let env = args
        .env
        .clone()
        .or_else(|| environment_variable().filter(|_| id.is_err()));
    let Some(env) = env else {
        let id = id.map_err(|_| {
            CliError::new(
                "key_without_environment",
                format!("{} is not a key ID.", args.key),
                "To use a key's name, add --env ENVIRONMENT.",
            )
        })?;
        return registry.find_key_by_id(id).await?.ok_or_else(|| {
            let list = hint::command("key list --env ENVIRONMENT");
            CliError::not_found("Key", &args.key, format!("List keys: {list}"))
        });
    };
    let environment = environment(registry, &env).await?;
    match registry.find_key(&environment.id, &args.key).await? {
        Some(key) => Ok(key),
        None => Err(key_not_found(registry, &environment, &args.key).await?),
    }
}

/// Returns `KEYSTILE_ENV`, unless it is empty.
pub(crate) fn environment_variable() -> Option<String> {
    let variable = std::env::var(ENVIRONMENT_VARIABLE).ok();
    variable.filter(|variable| !variable.is_empty())
}

/// Describes a key that is not in the environment: it has ended, or it is in another one.
async fn key_not_found(
    registry: &Registry,
    environment: &EnvironmentRow,
    key: &str,
) -> Result<CliError, CliError> {
    let mut reason = String::new();
    if let Some(ended) = newest_ended(registry, environment, key).await? {
        reason = format!(
            "The key {} has the state {}, and is found only by its ID, {}. ",
            ended.name,
            ended.state.as_str(),
            ended.id
        );
    }
    for other in environments(registry).await? {
        if other.id != environment.id && registry.find_key(&other.id, key).await?.is_some() {
            reason = format!("It is a key of {}. ", reference_to(&other));
            break;
        }
    }
    let list = format!(
        "key list --env {}",
        hint::quoted(&reference_to(environment))
    );
    let advice = format!("{reason}List keys: {}", hint::command(&list));
    Ok(CliError::not_found("Key", key, advice))
}

/// Returns the newest ended key with this name.
async fn newest_ended(
    registry: &Registry,
    environment: &EnvironmentRow,
    name: &str,
) -> Result<Option<KeyRow>, CliError> {
    let Ok(name) = Name::parse(name) else {
        return Ok(None);
    };
    let newest_first = registry.all_keys(&environment.id).await?;
    Ok(newest_first.into_iter().find(|key| {
        key.state.is_terminal()
            && Name::parse(&key.name).is_ok_and(|other| other.folded() == name.folded())
    }))
}

/// The key that `key revoke` found.
pub(crate) enum KeyToRevoke {
    /// It can be revoked.
    Revocable(KeyRow),
    /// It is already revoked.
    Revoked(KeyRow),
}

/// Returns the key as [`key`] does, or the newest revoked key with this name.
pub(crate) async fn key_to_revoke(
    registry: &Registry,
    args: &KeyArguments,
) -> Result<KeyToRevoke, CliError> {
    let error = match key(registry, args).await {
        Ok(key) if key.state == State::Revoked => return Ok(KeyToRevoke::Revoked(key)),
        Ok(key) => return Ok(KeyToRevoke::Revocable(key)),
        Err(error) => error,
    };
    let env = args.env.clone().or_else(environment_variable);
    if let ("not_found", Some(env)) = (&*error.code, env) {
        let environment = environment(registry, &env).await?;
        let ended = newest_ended(registry, &environment, &args.key).await?;
        if let Some(key) = ended.filter(|key| key.state == State::Revoked) {
            return Ok(KeyToRevoke::Revoked(key));
        }
    }
    Err(error)
}
