//! Writes a new secret once, to standard output or a new file. Any failure before the write completes discards it.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{KeyId, os_random};
use keystile_registry::{Prompt, Registry, RegistryError};
use keystile_store::KeyRow;

use crate::arguments::KeyOutput;
use crate::error::CliError;
use crate::json;
use crate::key_file::KeyFile;
use crate::report::Report;
use crate::resolve;
use crate::stdout_clipboard::StdoutClipboard;

/// The registry's window label of the prompt. A process has one prompt.
pub(crate) const WINDOW: &str = "terminal";

/// Opens the registry, lets `issue` issue a secret in it, writes the secret, and reports what `describe` says.
/// `command`: for the errors.
pub(crate) async fn run(
    db: Option<&Path>,
    output: &KeyOutput,
    command: &str,
    issue: impl AsyncFnOnce(&Registry) -> Result<Prompt, CliError>,
    describe: impl FnOnce(&KeyRow) -> String,
    report: &Report,
) -> Result<(), CliError> {
    match &output.out {
        Some(path) => {
            let file = Arc::new(KeyFile::create(path)?);
            let registry = resolve::registry(db, Arc::<KeyFile>::clone(&file)).await?;
            let destination = path.display().to_string();
            let (key, failure) = deliver(&registry, output, issue, &destination, report).await?;
            file.keep();
            report.result("", &json::key(&key));
            report.note(&format!(
                "{}\nWrote it to {destination}. Only you can read the file.",
                describe(&key)
            ));
            failure.map_or(Ok(()), Err)
        }
        None => {
            check_stdout(output, command, report)?;
            let registry = resolve::registry(db, Arc::new(StdoutClipboard)).await?;
            let (key, failure) =
                deliver(&registry, output, issue, "standard output", report).await?;
            report.note(&format!(
                "{}\nStore it now: Keystile cannot show it again.",
                describe(&key)
            ));
            failure.map_or(Ok(()), Err)
        }
    }
}

/// Returns a new idempotency key: each command issues a secret of its own.
pub(crate) fn idempotency_key() -> Result<String, CliError> {
    let id = KeyId::generate(&mut os_random())
        .map_err(|error| CliError::system("Cannot generate random bytes", &error))?;
    Ok(format!("terminal-{id}"))
}

/// Checks that a key may be written to standard output.
fn check_stdout(output: &KeyOutput, command: &str, report: &Report) -> Result<(), CliError> {
    if report.is_json() {
        return Err(CliError::usage(
            "json_unsupported",
            format!("`{command}` does not support --json without --out."),
            "Add --out FILE, or omit --json.",
        ));
    }
    if !output.print && !std::io::stdout().is_terminal() {
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

/// Issues a secret, writes it to `destination`, and claims it. Returns also why the secret of a rotation, which works
/// then, could not be saved to the keychain.
async fn deliver(
    registry: &Registry,
    output: &KeyOutput,
    issue: impl AsyncFnOnce(&Registry) -> Result<Prompt, CliError>,
    destination: &str,
    report: &Report,
) -> Result<(KeyRow, Option<CliError>), CliError> {
    if output.keychain {
        // Checked first: without a keychain, the key would be issued and then discarded.
        Keychain::system().check().await.map_err(|error| {
            let error = CliError::from(error);
            CliError {
                advice: format!("{} Or omit --keychain.", error.advice),
                ..error
            }
        })?;
    }
    let prompt = issue(registry).await?;
    let is_rotation = prompt.overlap.is_some();
    let written = async {
        if output.keychain && !is_rotation {
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
        return Err(not_written(error, is_rotation, destination));
    }
    let mut failure = None;
    if output.keychain && is_rotation {
        // The old secret stays in the keychain until the new one has been written.
        let saved = registry.save(WINDOW, &prompt.ticket).await;
        failure = saved.err().map(CliError::from);
    }
    let key = registry.close(WINDOW, &prompt.ticket).await?;
    Ok((key, failure))
}

fn not_written(error: RegistryError, is_rotation: bool, destination: &str) -> CliError {
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
    if is_rotation {
        CliError::new(
            code,
            format!("{message} The key was not rotated."),
            "Rotate it again.",
        )
    } else {
        CliError::new(
            code,
            format!("{message} The key was discarded."),
            "Create another key.",
        )
    }
}
