//! `fleet status`: the replicas that check keys of a store on PostgreSQL.

use std::path::Path;

use keystile_keys::Timestamp;
use keystile_store::{Replica, Store};
use serde_json::{Value, json};

use crate::error::CliError;
use crate::report::Report;
use crate::resolve;
use crate::style::{BAD, GOOD};
use crate::table::Cell;
use crate::time;

pub(crate) async fn status(db: Option<&Path>, report: &Report) -> Result<(), CliError> {
    let store = Store::open_at(&resolve::store_address(db)?, "terminal").await?;
    if !store.is_shared() {
        return Err(CliError::usage(
            "not_shared",
            "This store is a folder. Every process that uses it notices changes with the next request.",
            "Pass a store on PostgreSQL: --db postgres://USER@HOST/DATABASE",
        ));
    }
    let replicas = store.replicas().await?;
    report.list(
        &[
            "HOST",
            "PROGRAM",
            "VERSION",
            "CHECKS",
            "CONNECTED",
            "LAST SEEN",
            "STATE",
        ],
        replicas.iter().map(row).collect(),
        replicas.iter().map(json).collect(),
    );
    if replicas.is_empty() {
        report.note("No replica checks keys now.");
    }
    Ok(())
}

fn row(replica: &Replica) -> Vec<Cell> {
    let info = &replica.info;
    let (style, state) = state(replica);
    vec![
        info.host.as_str().into(),
        info.program.as_str().into(),
        info.version.as_str().into(),
        checks(replica).into(),
        time::for_stdout(Some(replica.since)).into(),
        time::for_stdout(replica.last_seen).into(),
        Cell::new(style, state),
    ]
}

/// Returns what a replica checks.
fn checks(replica: &Replica) -> &str {
    match replica.info.verifies.as_str() {
        "" => "all environments",
        environment => environment,
    }
}

/// Returns `current`, `behind`, or `silent`: without a connection, its lease ends within a second.
fn state(replica: &Replica) -> (anstyle::Style, &'static str) {
    match (replica.last_seen, replica.behind) {
        (None, _) => (BAD, "silent"),
        (Some(_), 0) => (GOOD, "current"),
        (Some(_), _) => (BAD, "behind"),
    }
}

fn json(replica: &Replica) -> Value {
    let info = &replica.info;
    json!({
        "host": info.host,
        "program": info.program,
        "version": info.version,
        "verifies": (!info.verifies.is_empty()).then_some(&info.verifies),
        "connected_since": replica.since.to_rfc3339(),
        "last_seen_at": replica.last_seen.map(Timestamp::to_rfc3339),
        "state": state(replica).1,
        "behind": replica.behind,
    })
}
