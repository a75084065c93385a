//! The checks of a store in a folder.

use std::path::Path;

use keystile_store::{DATABASE_FILE, Store, StoreError};

use super::finding::{Finding, Status};
use super::opened_store::{self, store_error};
use crate::error::reason;
use crate::hint;

/// Checks the permissions of a folder, and the store in it.
pub(crate) async fn check(folder: &Path) -> Vec<Finding> {
    let mut findings = check_permissions(folder);
    let is_reported = findings.iter().any(|finding| finding.status == Status::Bad);
    findings.extend(check_store(folder, is_reported).await);
    findings
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
        opened_store::check(&store).await
    }
    .await;
    let checked = match opened {
        Ok(checked) => checked,
        Err(StoreError::InsecurePermissions { .. }) if permissions_reported => return Vec::new(),
        Err(error) => return vec![store_error("database", &error)],
    };
    let message = format!("{} is readable and writable.", path.display());
    let mut findings = vec![Finding::new("database", Status::Ok, message)];
    findings.extend(checked);
    findings
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
