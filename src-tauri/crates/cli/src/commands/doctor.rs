//! `doctor`: checks the installation. Prints a line for each check, with advice where something is wrong. Never creates
//! a store.

mod endpoints;
mod finding;
mod gateway_ports;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway_control::port_owner;
use keystile_keychain::Keychain;
use keystile_keys::{Clock, Timestamp};
use keystile_registry::{NoClipboard, Registry};
use keystile_store::{
    AuditCheck, DATABASE_FILE, LATEST_TIME_FILE, SCHEMA_VERSION, Store, StoreError,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use finding::Finding;

pub(super) use endpoints::check_endpoint;
pub(super) use finding::Status;

use crate::arguments::Doctor;
use crate::error::{CliError, reason};
use crate::hint;
use crate::http_client;
use crate::report::Report;
use crate::resolve;
use crate::style::paint;

/// How much a clock may be corrected.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

pub(crate) async fn run(db: Option<&Path>, args: &Doctor, report: &Report) -> Result<(), CliError> {
    let folder = resolve::store_folder(db)?;
    let mut findings = vec![check_version()];
    let permissions = check_permissions(&folder);
    let is_reported = permissions
        .iter()
        .any(|finding| finding.status == Status::Bad);
    findings.extend(permissions);
    findings.extend(check_store(&folder, is_reported).await);
    findings.push(check_keychain().await);
    findings.push(check_port(args.listen).await);
    if let Some(registry) = open_registry(&folder).await {
        findings.extend(gateway_ports::check(&registry).await);
        findings.extend(endpoints::check(&registry).await);
    }
    print(&findings, report);
    let is_bad = |finding: &&Finding| finding.status == Status::Bad;
    match findings.iter().filter(is_bad).count() {
        0 => Ok(()),
        count => Err(CliError::new(
            "problems_found",
            match count {
                1 => "1 problem found.".to_owned(),
                _ => format!("{count} problems found."),
            },
            "See the lines marked bad.",
        )),
    }
}

fn print(findings: &[Finding], report: &Report) {
    if report.is_json() {
        let value = |finding: &Finding| {
            json!({
                "check": finding.check,
                "status": finding.status.as_str(),
                "message": finding.message,
                "advice": finding.advice,
            })
        };
        return report.result("", &Value::Array(findings.iter().map(value).collect()));
    }
    for finding in findings {
        let status = paint(
            finding.status.style(),
            format_args!("{:<4}", finding.status.as_str()),
        );
        report.styled(&format!(
            "{status}  {:<11}  {}",
            finding.check, finding.message
        ));
        if !finding.advice.is_empty() {
            report.styled(&format!("{:19}{}", "", finding.advice));
        }
    }
}

fn check_version() -> Finding {
    let message = format!(
        "keystile {}, schema {SCHEMA_VERSION}, {} on {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    Finding::new("version", Status::Ok, message)
}

/// Checks the database. `permissions_reported`: a store that others can access has its finding.
async fn check_store(folder: &Path, permissions_reported: bool) -> Vec<Finding> {
    let path = folder.join(DATABASE_FILE);
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => {
            let message = format!("No database in {} yet.", folder.display());
            let advice = format!("Create it: {}", hint::command("project create NAME"));
            return vec![Finding::new("database", Status::Note, message).advice(advice)];
        }
        Err(cause) => {
            let message = format!("Cannot access {}: {}.", folder.display(), reason(&cause));
            let advice = "Run this command as the user who owns the store.";
            return vec![Finding::new("database", Status::Bad, message).advice(advice)];
        }
    }
    let opened = async {
        let store = Store::open_existing(folder, "terminal").await?;
        let audit = store.check_audit().await?;
        let files = (store.check_usage().await, store.check_requests().await);
        Ok::<_, StoreError>((audit, files, check_clock(&store)))
    }
    .await;
    let (audit, (usage, requests), clock) = match opened {
        Ok(checks) => checks,
        Err(StoreError::InsecurePermissions { .. }) if permissions_reported => return Vec::new(),
        Err(error) => return vec![store_error("database", &error)],
    };
    let message = format!("{} is readable and writable.", path.display());
    let mut findings = vec![Finding::new("database", Status::Ok, message)];
    findings.extend(audit_findings(&audit));
    findings.push(match usage {
        Ok(()) => Finding::new("usage", Status::Ok, "Key usage is recorded."),
        Err(error) => store_error("usage", &error),
    });
    findings.push(match requests {
        Ok(()) => Finding::new("requests", Status::Ok, "The request log is writable."),
        Err(error) => store_error("requests", &error),
    });
    findings.push(clock);
    findings
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

fn store_error(check: &'static str, error: &StoreError) -> Finding {
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
        let message = format!("Row {row} of the audit log is missing or was modified.");
        findings.push(finding(Status::Bad, message).advice(
            "Another program changed the database. Find out which one can write to it. Keys still work.",
        ));
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

/// Opens the registry for the checks of environments. [`check_store`] reports a store that cannot be opened.
async fn open_registry(folder: &Path) -> Option<Registry> {
    let store = Store::open_existing(folder, "terminal").await.ok()?;
    let clipboard = Arc::new(NoClipboard);
    Some(Registry::new(
        store,
        Keychain::system(),
        clipboard,
        Clock::system(),
    ))
}

#[cfg(unix)]
fn check_permissions(folder: &Path) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;

    // Without a database this may be a system folder such as `/tmp`, which must not be restricted.
    if !folder.join(DATABASE_FILE).exists() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut checked = 0;
    for (path, allowed) in [
        (folder.to_owned(), 0o700),
        (folder.join(DATABASE_FILE), 0o600),
        (folder.join("install.key"), 0o600),
    ] {
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
            // `check_store` reports it.
            Err(_) => return findings,
        };
        checked += 1;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & !allowed != 0 {
            let message = format!("Other users can access {} (mode {mode:o}).", path.display());
            findings.push(
                Finding::new("permissions", Status::Bad, message).advice(format!(
                    "Restrict it: chmod {allowed:o} '{}'",
                    path.display()
                )),
            );
        }
    }
    if findings.is_empty() && checked > 0 {
        let message = "Only you can access the store.";
        findings.push(Finding::new("permissions", Status::Ok, message));
    }
    findings
}

/// Windows restricts the folders of a profile to its user.
#[cfg(not(unix))]
fn check_permissions(_folder: &Path) -> Vec<Finding> {
    Vec::new()
}

/// A missing keychain is only a note, because Keystile works without one.
async fn check_keychain() -> Finding {
    let keychain = Keychain::system();
    match keychain.check().await {
        Ok(()) => {
            let message = format!("{} is available.", keychain.name());
            Finding::new("keychain", Status::Ok, message)
        }
        Err(error) => Finding::from_error("keychain", Status::Note, &error),
    }
}

async fn check_port(address: SocketAddr) -> Finding {
    if TcpListener::bind(address).await.is_ok() {
        let message = format!("{address} is free for `keystile serve`.");
        return Finding::new("port", Status::Ok, message);
    }
    if http_client::is_service(address).await {
        let message = format!("`keystile serve` is running on {address}.");
        return Finding::new("port", Status::Ok, message);
    }
    let message = match port_owner(address.port()).await {
        Some(owner) => format!("Port {} is in use by {owner}.", address.port()),
        None => format!("Cannot listen on {address}: another program may be using it."),
    };
    Finding::new("port", Status::Note, message)
        .advice("Stop it, or use another address: keystile serve --listen ADDRESS:PORT")
}
