//! `key create`. Writes the key once, to standard output or a new file. Any failure before the write completes discards
//! it.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{KeyId, Permissions, os_random};
use keystile_registry::{IssueRequest, Registry, RegistryError};
use keystile_store::KeyRow;

use crate::arguments::CreateKey;
use crate::error::CliError;
use crate::json;
use crate::key_file::KeyFile;
use crate::report::Report;
use crate::resolve;
use crate::stdout_clipboard::StdoutClipboard;

/// The registry's window label of the prompt. A process has one prompt.
const WINDOW: &str = "terminal";

pub(crate) async fn run(
    db: Option<&Path>,
    args: CreateKey,
    report: &Report,
) -> Result<(), CliError> {
    match &args.out {
        Some(path) => {
            let file = Arc::new(KeyFile::create(path)?);
            let registry = resolve::registry(db, Arc::<KeyFile>::clone(&file)).await?;
            let key = issue(&registry, &args, &path.display().to_string(), report).await?;
            file.keep();
            report.result("", &json::key(&key));
            report.note(&format!(
                "{}\nWrote it to {}. Only you can read the file.",
                created(&key),
                path.display()
            ));
        }
        None => {
            check_stdout(&args, report)?;
            let registry = resolve::registry(db, Arc::new(StdoutClipboard)).await?;
            let key = issue(&registry, &args, "standard output", report).await?;
            report.note(&format!(
                "{}\nStore it now: Keystile cannot show it again.",
                created(&key)
            ));
        }
    }
    Ok(())
}

fn created(key: &KeyRow) -> String {
    let expiry = key.expires_at.map_or_else(String::new, |at| {
        format!("; expires {}", at.floor_to_secs())
    });
    format!(
        "Created key {} in {}/{} ({}; ID {}{expiry}).",
        key.name,
        key.project_name,
        key.environment_name,
        json::permissions(key),
        key.id
    )
}

/// Checks that a key may be written to standard output.
fn check_stdout(args: &CreateKey, report: &Report) -> Result<(), CliError> {
    if report.is_json() {
        return Err(CliError::usage(
            "json_unsupported",
            "`key create` does not support --json without --out.",
            "Add --out FILE, or omit --json.",
        ));
    }
    if !args.print && !std::io::stdout().is_terminal() {
        return Err(CliError::new(
            "not_a_terminal",
            "Standard output is not a terminal, and the key would be written to it.",
            "Use --out FILE, or add --print if the output is a safe place for the key.",
        ));
    }
    if is_stdout_discarded() {
        return Err(CliError::new(
            "no_output",
            "Standard output is discarded, and the key would be lost.",
            "Use --out FILE.",
        ));
    }
    Ok(())
}

/// Whether standard output is the null device. Rust also opens it in place of a closed standard output.
#[cfg(unix)]
fn is_stdout_discarded() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;

    let stdout = std::io::stdout().as_fd().try_clone_to_owned();
    let device = stdout.and_then(|owned| std::fs::File::from(owned).metadata());
    match (device, std::fs::metadata("/dev/null")) {
        (Ok(stdout), Ok(null)) => stdout.rdev() != 0 && stdout.rdev() == null.rdev(),
        _ => false,
    }
}

/// A Windows handle does not tell its device.
#[cfg(not(unix))]
fn is_stdout_discarded() -> bool {
    false
}

/// Issues the key, writes it to `destination`, and claims it.
async fn issue(
    registry: &Registry,
    args: &CreateKey,
    destination: &str,
    report: &Report,
) -> Result<KeyRow, CliError> {
    let environment = resolve::environment(registry, &args.environment.reference).await?;
    if args.keychain {
        // Checked first: without a keychain, the key would be issued and then discarded.
        Keychain::system().check().await.map_err(|error| {
            let error = CliError::from(error);
            CliError {
                advice: format!("{} Or omit --keychain.", error.advice),
                ..error
            }
        })?;
    }
    let submission = KeyId::generate(&mut os_random())
        .map_err(|error| CliError::system("Cannot generate random bytes", &error))?;
    let request = IssueRequest {
        environment_id: environment.id,
        name: args.name.clone(),
        permissions: if args.write {
            Permissions::READ_WRITE
        } else {
            Permissions::READ
        },
        expiry: args.expires.0,
        owner: args.notes.owner.clone().unwrap_or_default(),
        note: args.notes.note.clone().unwrap_or_default(),
        tags: json::split_tags(args.notes.tags.as_deref().unwrap_or_default()),
        idempotency_key: format!("terminal-{submission}"),
    };
    let prompt = registry.issue(WINDOW, &request).await?;
    let written = async {
        if args.keychain {
            registry.save(WINDOW, &prompt.ticket).await?;
        }
        registry.copy(WINDOW, &prompt.ticket).await
    }
    .await;
    if let Err(error) = written {
        // If this fails, the next Keystile process discards the key: this process's lock ends with it.
        if let Err(error) = registry.discard(WINDOW, &prompt.ticket).await {
            report.error(&error.into());
        }
        let (code, message) = match error {
            RegistryError::CopyFailed(_) | RegistryError::CopyTimedOut => (
                "write_failed".into(),
                format!("Cannot write the key to {destination}."),
            ),
            other => {
                let error = CliError::from(other);
                (error.code, error.message)
            }
        };
        return Err(CliError::new(
            code,
            format!("{message} The key was discarded."),
            "Create another key.",
        ));
    }
    Ok(registry.close(WINDOW, &prompt.ticket).await?)
}
