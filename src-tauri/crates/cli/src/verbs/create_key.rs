//! Create a key. It is written once, to standard output or to a new file, and claimed when it was fully written; whatever
//! goes wrong before that discards it.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{KeyId, Permissions, os_random};
use keystile_registry::{IssueRequest, Registry, RegistryError};
use keystile_store::KeyRow;

use crate::arguments::CreateKey;
use crate::failure::Failure;
use crate::key_sink::{KeyFile, PrintKey};
use crate::place;
use crate::report::{self, Report};

/// The prompt belongs to this process; it has one.
const HOLDER: &str = "terminal";

pub(crate) async fn run(
    db: Option<&Path>,
    wish: CreateKey,
    report: &Report,
) -> Result<(), Failure> {
    match &wish.out {
        Some(path) => {
            let file = Arc::new(KeyFile::create(path)?);
            let registry = place::registry(db, Arc::<KeyFile>::clone(&file)).await?;
            let place = format!("{} did not take the key.", path.display());
            let key = issue(&registry, &wish, &place, report).await?;
            file.keep();
            report.result("", &report::key(&key));
            report.say(&format!(
                "{} Its key is in {}, which only you can read. Its id is {}.",
                rights(&key, &wish),
                path.display(),
                key.id
            ));
        }
        None => {
            may_be_printed(&wish, report)?;
            let registry = place::registry(db, Arc::new(PrintKey)).await?;
            let place = "Standard output did not take the key.";
            let key = issue(&registry, &wish, place, report).await?;
            report.say(&format!(
                "{} Store this key now: Keystile cannot show it again. Its id is {}.",
                rights(&key, &wish),
                key.id
            ));
        }
    }
    Ok(())
}

fn rights(key: &KeyRow, wish: &CreateKey) -> String {
    format!(
        "{} may {} in {} / {}.",
        key.name,
        if wish.write { "read and write" } else { "read" },
        key.project_name,
        key.environment_name
    )
}

/// Whether standard output is where a key may go.
fn may_be_printed(wish: &CreateKey, report: &Report) -> Result<(), Failure> {
    if report.is_json() {
        return Err(Failure::new(
            "key_is_not_json",
            "key create prints only the key; --json is not supported without --out.",
            "Write it to a file with --out FILE, or leave --json out.",
        ));
    }
    if !wish.print && !std::io::stdout().is_terminal() {
        return Err(Failure::new(
            "not_a_terminal",
            "Standard output is no terminal, and a key would be written to it.",
            "Write it to a file with --out FILE, or add --print if it goes where a secret may be.",
        ));
    }
    if goes_nowhere() {
        return Err(Failure::new(
            "no_output",
            "Standard output is closed or is the null device: the key would be lost.",
            "Write it to a file with --out FILE.",
        ));
    }
    Ok(())
}

/// Whether what is written to standard output is lost: it is the null device, which also takes the place of one that the
/// process was started without.
#[cfg(unix)]
fn goes_nowhere() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;

    let stdout = std::io::stdout().as_fd().try_clone_to_owned();
    let device = stdout.and_then(|owned| std::fs::File::from(owned).metadata());
    match (device, std::fs::metadata("/dev/null")) {
        (Ok(stdout), Ok(null)) => stdout.rdev() != 0 && stdout.rdev() == null.rdev(),
        _ => false,
    }
}

/// A handle of Windows does not say what it is.
#[cfg(not(unix))]
fn goes_nowhere() -> bool {
    false
}

/// Issues the key and has it written and claimed. `not_taken` is said when the writing fails.
async fn issue(
    registry: &Registry,
    wish: &CreateKey,
    not_taken: &str,
    report: &Report,
) -> Result<KeyRow, Failure> {
    let environment = place::environment(registry, &wish.of.env).await?;
    if wish.keychain {
        // Looked at before a key is issued that could only be discarded.
        Keychain::system().check().await.map_err(|error| {
            let advice = format!("{} Or leave --keychain out.", error.advice());
            Failure::new(error.code(), format!("{error}."), advice)
        })?;
    }
    let submission = KeyId::generate(&mut os_random())
        .map_err(|error| Failure::system("The system gave no random bytes", &error))?;
    let request = IssueRequest {
        environment_id: environment.id,
        name: wish.name.clone(),
        permissions: if wish.write {
            Permissions::READ_WRITE
        } else {
            Permissions::READ
        },
        idempotency_key: format!("terminal-{submission}"),
    };
    let prompt = registry.issue(HOLDER, &request).await?;
    let written = async {
        if wish.keychain {
            registry.save(HOLDER, &prompt.ticket).await?;
        }
        registry.copy(HOLDER, &prompt.ticket).await
    }
    .await;
    if let Err(error) = written {
        // What cannot be ended now is ended by the next Keystile that looks: this process's claim dies with it.
        if let Err(also) = registry.discard(HOLDER, &prompt.ticket).await {
            report.failure(&also.into());
        }
        let (code, what) = match error {
            RegistryError::CopyFailed(_) | RegistryError::CopyTimedOut => {
                ("print_failed", not_taken.to_owned())
            }
            other => (other.code(), other.to_string()),
        };
        return Err(Failure::new(
            code,
            format!("{what} The key was discarded; it opens nothing."),
            "Create another one.",
        ));
    }
    Ok(registry.close(HOLDER, &prompt.ticket).await?)
}
