//! Looks whether everything a key needs is in order: one line a finding, with a next step where there is one. A store that
//! is not there is not made; one that is there is opened as every verb opens it, after its modes were looked at.

mod endpoints;
mod finding;
mod gateway_ports;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{NoClipboard, Registry};
use keystile_store::{AuditCheck, DATABASE_FILE, SCHEMA_VERSION, Store, StoreError};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use finding::{Finding, Weight};

use crate::arguments::Doctor;
use crate::failure::Failure;
use crate::http;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(db: Option<&Path>, wish: &Doctor, report: &Report) -> Result<(), Failure> {
    let folder = place::folder(db)?;
    let mut findings = vec![versions()];
    findings.extend(modes(&folder));
    findings.extend(store(&folder).await);
    findings.push(keychain().await);
    findings.push(port(wish.listen).await);
    if let Some(registry) = registry(&folder).await {
        findings.extend(gateway_ports::look(&registry).await);
        findings.extend(endpoints::look(&registry).await);
    }
    let value = |finding: &Finding| {
        json!({
            "about": finding.about,
            "result": finding.weight.as_str(),
            "message": finding.sentence,
            "advice": finding.advice,
        })
    };
    if report.is_json() {
        report.result("", &Value::Array(findings.iter().map(value).collect()));
    } else {
        for finding in &findings {
            let Finding {
                about,
                weight,
                sentence,
                advice,
            } = finding;
            report.result(
                &format!("{:<4}  {about:<11}  {sentence}", weight.as_str()),
                &Value::Null,
            );
            if !advice.is_empty() {
                report.result(&format!("{:19}{advice}", ""), &Value::Null);
            }
        }
    }
    let bad = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Bad)
        .count();
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::new(
        "not_in_order",
        match bad {
            1 => "1 problem found.".to_owned(),
            more => format!("{more} problems found."),
        },
        "See the lines marked bad.",
    ))
}

fn versions() -> Finding {
    Finding::new(
        "version",
        Weight::Good,
        format!(
            "keystile {}, schema {SCHEMA_VERSION}, {} on {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    )
}

async fn store(folder: &Path) -> Vec<Finding> {
    let path = folder.join(DATABASE_FILE);
    if let Err(cause) = path.try_exists() {
        let unknown = format!("{}: {}.", folder.display(), report::reason(&cause));
        return vec![
            Finding::new("database", Weight::Bad, unknown)
                .advice("Run this as the user that the store belongs to."),
        ];
    }
    if !path.exists() {
        let absent = format!("There is no database in {} yet.", folder.display());
        return vec![
            Finding::new("database", Weight::Notable, absent)
                .advice("It is made when the first project is created."),
        ];
    }
    let opened = async {
        let store = Store::open_existing(folder, "terminal").await?;
        let check = store.check_audit().await?;
        Ok::<_, StoreError>((check, store.check_usage().await))
    }
    .await;
    match opened {
        Err(error) => {
            vec![Finding::new("database", Weight::Bad, error.to_string()).advice(error.advice())]
        }
        Ok((check, usage)) => {
            let usable = format!("{} can be read and written.", path.display());
            let mut findings = vec![Finding::new("database", Weight::Good, usable)];
            findings.extend(audit(&check));
            findings.push(match usage {
                Ok(()) => Finding::new("usage", Weight::Good, "The use of keys can be counted."),
                Err(error) => {
                    Finding::new("usage", Weight::Bad, error.to_string()).advice(error.advice())
                }
            });
            findings
        }
    }
}

/// What the check of the audit log found.
fn audit(check: &AuditCheck) -> Vec<Finding> {
    let finding = |weight, sentence: String| Finding::new("audit", weight, sentence);
    let mut findings = Vec::new();
    if let Some(row) = check.first_broken {
        findings.push(
            finding(
                Weight::Bad,
                format!("Row {row} of the audit log is missing or was changed by another program."),
            )
            .advice("Find out who could write to the database file. Keys still work."),
        );
    }
    if let Some(row) = check.lost_end {
        findings.push(
            finding(
                Weight::Bad,
                format!("Row {row} was the end of the audit log once and is not in it any more."),
            )
            .advice("After restoring a backup, delete audit.head in the store. Otherwise find out who could write to the database file."),
        );
    }
    if !check.differing_keys.is_empty() {
        let ids: Vec<&str> = check.differing_keys.iter().map(|id| id.as_str()).collect();
        findings.push(
            finding(
                Weight::Bad,
                format!("Keys are not as the audit log says: {}.", ids.join(", ")),
            )
            .advice("Another program changed them. Revoke those that you do not trust."),
        );
    }
    if let Some(rows) = check.other_install_key {
        let sentence = format!(
            "Rows {} to {} were written under another install key and cannot be checked.",
            rows.first, rows.last
        );
        findings.push(if rows.is_beginning {
            finding(Weight::Notable, sentence).advice("That is so after install.key was lost.")
        } else {
            finding(Weight::Bad, sentence).advice(
                "Unless install.key was replaced meanwhile, find out who could write to the database file.",
            )
        });
    }
    if check.is_intact() {
        let intact = format!("All {} rows are authentic.", check.rows);
        findings.insert(
            0,
            match check.other_install_key {
                None => finding(Weight::Good, intact),
                Some(rows) => finding(
                    Weight::Good,
                    format!("{} rows are authentic.", check.rows - rows.last),
                ),
            },
        );
    }
    findings
}

/// For what is about single environments. A store that cannot be read has its own finding.
async fn registry(folder: &Path) -> Option<Registry> {
    let store = Store::open_existing(folder, "terminal").await.ok()?;
    let clipboard = Arc::new(NoClipboard);
    Some(Registry::new(
        store,
        Keychain::system(),
        clipboard,
        Clock::system(),
    ))
}

/// Others must not read what keys are recognised with.
#[cfg(unix)]
fn modes(folder: &Path) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;

    let mut open = Vec::new();
    let mut looked = 0;
    for (path, wanted) in [
        (folder.to_owned(), 0o700),
        (folder.join(DATABASE_FILE), 0o600),
        (folder.join("install.key"), 0o600),
    ] {
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
            // The database's finding says so; nothing is known about modes.
            Err(_) => return open,
        };
        looked += 1;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & !wanted != 0 {
            open.push(
                Finding::new(
                    "permissions",
                    Weight::Bad,
                    format!("{} has the mode {mode:o}.", path.display()),
                )
                .advice(format!("chmod {wanted:o} '{}'", path.display())),
            );
        }
    }
    if open.is_empty() && looked > 0 {
        open.push(Finding::new(
            "permissions",
            Weight::Good,
            "Only you can read the store.",
        ));
    }
    open
}

/// Windows gives a profile's folders to its user alone; nothing here changes that.
#[cfg(not(unix))]
fn modes(_folder: &Path) -> Vec<Finding> {
    Vec::new()
}

/// Keys can be kept without one, so nothing about it is bad.
async fn keychain() -> Finding {
    let keychain = Keychain::system();
    match keychain.check().await {
        Ok(()) => Finding::new(
            "keychain",
            Weight::Good,
            format!("{} can be used.", keychain.name()),
        ),
        Err(error) => {
            Finding::new("keychain", Weight::Notable, format!("{error}.")).advice(error.advice())
        }
    }
}

async fn port(address: SocketAddr) -> Finding {
    if TcpListener::bind(address).await.is_ok() {
        let free = format!("{address} is free for keystile serve.");
        return Finding::new("port", Weight::Good, free);
    }
    if http::is_service(address).await {
        let running = format!("keystile serve answers on {address}.");
        Finding::new("port", Weight::Good, running)
    } else {
        let taken = format!("{address} cannot be listened on; another program may use it.");
        Finding::new("port", Weight::Notable, taken)
            .advice("Choose another one: keystile serve --listen ADDRESS.")
    }
}
