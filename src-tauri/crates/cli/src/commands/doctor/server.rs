//! The checks of a store on PostgreSQL.

use keystile_store::{Access, ServerCheck, Standbys, Store, StoreAddress, StoreError};

use super::finding::{Finding, Status};
use super::opened_store::{self, store_error};

/// Checks the server, the user, and the store.
pub(crate) async fn check(address: &StoreAddress) -> Vec<Finding> {
    let store = match Store::open_at(address, "terminal").await {
        Ok(store) => store,
        Err(error) => return vec![store_error("server", &error)],
    };
    let mut findings = match store.check_server().await {
        Ok(Some(server)) => server_findings(address, &store, &server),
        Ok(None) => Vec::new(),
        Err(error) => vec![store_error("server", &error)],
    };
    findings.extend(checked(opened_store::check(&store).await));
    store.close().await;
    findings
}

fn checked(findings: Result<Vec<Finding>, StoreError>) -> Vec<Finding> {
    findings.unwrap_or_else(|error| vec![store_error("audit", &error)])
}

fn server_findings(address: &StoreAddress, store: &Store, server: &ServerCheck) -> Vec<Finding> {
    let (version, schema) = (&server.version, server.schema_version);
    vec![
        Finding::new(
            "server",
            Status::Ok,
            format!("{address} is PostgreSQL {version}, and not a standby."),
        ),
        Finding::new(
            "schema",
            Status::Ok,
            format!("This version of Keystile supports the store's schema {schema}."),
        ),
        install_key(store),
        access(server),
        commits(&server.synchronous_commit),
        standbys(server.standbys),
    ]
}

fn install_key(store: &Store) -> Finding {
    if store.has_install_key() {
        let message = "This machine has the install key of the store.";
        return Finding::new("install key", Status::Ok, message);
    }
    Finding::new(
        "install key",
        Status::Note,
        "This machine has no install key. Keys can be verified, but not issued or changed.",
    )
    .advice("Copy it from the machine that created the store, and set KEYSTILE_INSTALL_KEY_FILE to its path.")
}

fn access(server: &ServerCheck) -> Finding {
    let user = &server.user;
    let finding = |status, message: String| Finding::new("privileges", status, message);
    match server.access {
        Access::Issue => finding(
            Status::Ok,
            format!("The user {user} can issue, change, and verify keys."),
        ),
        Access::Verify => finding(
            Status::Ok,
            format!("The user {user} can verify keys, and cannot change any."),
        ),
        Access::Read => finding(
            Status::Note,
            format!("The user {user} can only read. It cannot verify keys."),
        ),
        Access::Insufficient => finding(
            Status::Bad,
            format!("The user {user} may not read all tables."),
        )
        .advice("Grant it a role: keystile store roles prints them."),
    }
}

/// Checks whether a change that was confirmed survives a crash of the server.
fn commits(synchronous_commit: &str) -> Finding {
    let finding = |status, message: String| Finding::new("commits", status, message);
    match synchronous_commit {
        "off" => finding(
            Status::Bad,
            "synchronous_commit is off: a crash of the server can undo a revocation.".to_owned(),
        )
        .advice("Set synchronous_commit = on for this user and database."),
        "local" | "remote_write" => finding(
            Status::Note,
            format!(
                "synchronous_commit is {synchronous_commit}: a standby that is promoted can lack a revocation."
            ),
        )
        .advice("If there are standby servers, set synchronous_commit = on."),
        other => finding(
            Status::Ok,
            format!("Commits wait for the disk (synchronous_commit = {other})."),
        ),
    }
}

fn standbys(standbys: Option<Standbys>) -> Finding {
    let finding = |status, message: &str| Finding::new("standbys", status, message);
    match standbys {
        None => finding(
            Status::Note,
            "This user may not see whether standby servers are asynchronous.",
        )
        .advice("Check as a user with the role pg_monitor."),
        Some(Standbys {
            asynchronous: 0,
            synchronous: 0,
        }) => finding(Status::Ok, "No standby server is connected."),
        Some(Standbys {
            asynchronous: 0, ..
        }) => finding(Status::Ok, "All standby servers are synchronous."),
        Some(Standbys { asynchronous, .. }) => Finding::new(
            "standbys",
            Status::Note,
            format!("Asynchronous standby servers: {asynchronous}. One that is promoted can lack the last revocations."),
        )
        .advice("Name the standbys that may be promoted in synchronous_standby_names."),
    }
}
