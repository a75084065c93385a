//! `store init`, `migrate`, and `roles`.

use std::path::Path;

use keystile_store::{PostgresAddress, ROLES_SQL, Store, StoreAddress};
use serde_json::json;

use crate::error::CliError;
use crate::hint;
use crate::report::Report;
use crate::resolve;

/// What to do with a new install key.
const INSTALL_KEY: &str = "\
Copy this file to each machine that runs Keystile on this store, and set KEYSTILE_INSTALL_KEY_FILE to its path there.
Keep a backup: without it, keys cannot be issued or changed, and changes of audit rows are not found.";

pub(crate) async fn init(db: Option<&Path>, report: &Report) -> Result<(), CliError> {
    let address = postgres_address(db, "init")?;
    let created = Store::create_in(&address).await?;
    let file = created.install_key_file.as_deref();
    report.result(
        "",
        &json!({
            "deployment": created.deployment,
            "store": address.to_string(),
            "install_key_file": file,
        }),
    );
    report.note(&format!("Created a store in {address}."));
    note_install_key(file, report);
    report.note(&format!("Next: {}", hint::command("store roles")));
    Ok(())
}

/// Says where the install key of a new store is. `None`: the environment gives it.
pub(crate) fn note_install_key(file: Option<&Path>, report: &Report) {
    report.note(&match file {
        Some(file) => format!("Install key: {}\n{INSTALL_KEY}", file.display()),
        None => "The install key is that of the environment.".to_owned(),
    });
}

pub(crate) async fn migrate(db: Option<&Path>, report: &Report) -> Result<(), CliError> {
    let address = postgres_address(db, "migrate")?;
    let version = Store::migrate(&address).await?;
    report.result("", &json!({"schema_version": version}));
    report.note(&format!("The store has schema {version}."));
    Ok(())
}

pub(crate) async fn roles(db: Option<&Path>, apply: bool, report: &Report) -> Result<(), CliError> {
    if !apply {
        // The text needs no server.
        report.result(
            ROLES_SQL.trim_end(),
            &json!({"sql": ROLES_SQL, "applied": false}),
        );
        return Ok(());
    }
    let address = postgres_address(db, "roles --apply")?;
    Store::apply_roles(&address).await?;
    report.result("", &json!({"sql": ROLES_SQL, "applied": true}));
    report.note(
        "The roles keystile_issuer, keystile_verifier, and keystile_auditor exist.\n\
         Grant one to a user: GRANT keystile_verifier TO USER;",
    );
    Ok(())
}

fn postgres_address(db: Option<&Path>, command: &str) -> Result<PostgresAddress, CliError> {
    match resolve::store_address(db)? {
        StoreAddress::Postgres(address) => Ok(address),
        StoreAddress::Folder(folder) => Err(CliError::usage(
            "not_postgres",
            format!(
                "`store {command}` is for stores on PostgreSQL, and {} is a folder.",
                folder.display()
            ),
            "Pass --db postgres://USER@HOST/DATABASE. A store in a folder is created by: keystile project create NAME",
        )),
    }
}
