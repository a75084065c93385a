//! The checks of an open store: its audit log, usage counts, request log, and the clock.

use std::time::Duration;

use keystile_keys::Timestamp;
use keystile_store::{AuditCheck, LATEST_TIME_FILE, Store, StoreError};

use super::finding::{Finding, Status};

/// How much a clock may be corrected.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Checks an open store.
///
/// # Errors
/// The audit log cannot be read.
pub(crate) async fn check(store: &Store) -> Result<Vec<Finding>, StoreError> {
    let audit = store.check_audit().await?;
    let mut findings = match store.has_install_key() {
        true => audit_findings(&audit),
        false => vec![check_order(&audit)],
    };
    findings.push(match store.check_usage().await {
        Ok(()) => Finding::new("usage", Status::Ok, "Key usage is recorded."),
        Err(error) => store_error("usage", &error),
    });
    findings.push(match store.check_requests().await {
        Ok(()) => Finding::new("requests", Status::Ok, "The request log is writable."),
        Err(error) => store_error("requests", &error),
    });
    findings.push(check_clock(store));
    Ok(findings)
}

/// Checks what can be checked without the install key.
fn check_order(audit: &AuditCheck) -> Finding {
    match audit.first_broken {
        None => Finding::new(
            "audit",
            Status::Note,
            format!(
                "The audit log is complete ({}). Without the install key, changed rows are not found.",
                rows(audit.rows)
            ),
        ),
        Some(row) => broken_row(row),
    }
}

fn broken_row(row: i64) -> Finding {
    let message = format!("Row {row} of the audit log is missing or was modified.");
    Finding::new("audit", Status::Bad, message).advice(
        "Another program changed the database. Find out which one can write to it. Keys still work.",
    )
}

/// Checks that the clock does not show an earlier time than a Keystile program has seen: keys expire too early then.
fn check_clock(store: &Store) -> Finding {
    let (now, latest) = (Timestamp::now(), store.latest_time().get());
    if now.saturating_add(CLOCK_TOLERANCE) >= latest {
        return Finding::new("clock", Status::Ok, "The clock was not set back.");
    }
    let message = format!(
        "The clock shows {}, but once showed {}. Expiries follow the later time.",
        now.floor_to_secs(),
        latest.floor_to_secs()
    );
    let path = store.directory().join(LATEST_TIME_FILE);
    Finding::new("clock", Status::Bad, message).advice(format!(
        "Set the clock. If it is right now, end all Keystile programs and delete {}.",
        path.display()
    ))
}

pub(crate) fn store_error(check: &'static str, error: &StoreError) -> Finding {
    Finding::from_error(check, Status::Bad, error)
}

fn audit_findings(check: &AuditCheck) -> Vec<Finding> {
    let finding = |status, message: String| Finding::new("audit", status, message);
    let mut findings = Vec::new();
    if check.is_intact() {
        let message = match check.other_install_key {
            None if check.rows == 0 => "The audit log is empty.".to_owned(),
            None => format!("The audit log is intact ({}).", rows(check.rows)),
            Some(other) => format!(
                "The audit log is intact after row {} ({}).",
                other.last,
                rows(check.rows - other.last)
            ),
        };
        findings.push(finding(Status::Ok, message));
    }
    if let Some(row) = check.first_broken {
        findings.push(broken_row(row));
    }
    if let Some(row) = check.lost_end {
        let message = format!("Row {row}, once the last row of the audit log, is missing.");
        findings.push(finding(Status::Bad, message).advice(
            "If you restored a backup, delete audit.head in the store. If not, find out which program can write to the database.",
        ));
    }
    if !check.differing_keys.is_empty() {
        let ids: Vec<&str> = check.differing_keys.iter().map(|id| id.as_str()).collect();
        let message = format!("Keys that differ from the audit log: {}.", ids.join(", "));
        findings.push(
            finding(Status::Bad, message)
                .advice("Another program changed them. Revoke those that you do not trust."),
        );
    }
    if let Some(rows) = check.other_install_key {
        let message = format!(
            "Rows {} to {} of the audit log belong to another install key and cannot be verified.",
            rows.first, rows.last
        );
        findings.push(if rows.is_beginning {
            finding(Status::Note, message).advice("This is expected if install.key was lost.")
        } else {
            finding(Status::Bad, message).advice(
                "If install.key was not replaced, find out which program can write to the database.",
            )
        });
    }
    findings
}

fn rows(count: i64) -> String {
    match count {
        1 => "1 row".to_owned(),
        _ => format!("{count} rows"),
    }
}
