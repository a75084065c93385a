//! The Secret Service on the session bus (gnome-keyring, KWallet, KeePassXC): Linux and other free Unixes.
//! Tested against gnome-keyring 42. It never makes a keyring: which one is the default is the user's choice.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring_core::CredentialStore;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::entry::Entry;
use crate::error::KeychainError;

pub(crate) const NAME: &str = "Secret Service";

const SERVICE: &str = "org.freedesktop.secrets";

pub(crate) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

/// `service` and `username` are attributes already; the label is all there is to add.
pub(crate) fn modifiers(entry: &Entry) -> HashMap<&str, &str> {
    // The store refuses an empty label and has a default for none.
    if entry.label.is_empty() {
        HashMap::new()
    } else {
        HashMap::from([("label", entry.label.as_str())])
    }
}

/// Looks at the default keyring on a connection of its own. Reading a property opens no dialog.
pub(crate) fn check() -> Result<(), KeychainError> {
    let bus = zbus::blocking::Connection::session().map_err(|cause| {
        tracing::debug!(%cause, "no session bus");
        KeychainError::Absent
    })?;
    let keyring: OwnedObjectPath = bus
        .call_method(
            Some(SERVICE),
            "/org/freedesktop/secrets",
            Some("org.freedesktop.Secret.Service"),
            "ReadAlias",
            &("default",),
        )
        .and_then(|reply| reply.body().deserialize())
        .map_err(explain)?;
    if keyring.as_str() == "/" {
        return Err(KeychainError::NoDefaultKeyring);
    }
    let locked: OwnedValue = bus
        .call_method(
            Some(SERVICE),
            &keyring,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.Secret.Collection", "Locked"),
        )
        .and_then(|reply| reply.body().deserialize())
        .map_err(explain)?;
    match bool::try_from(locked) {
        Ok(false) => Ok(()),
        Ok(true) => Err(KeychainError::Locked),
        Err(_) => Err(KeychainError::Failed),
    }
}

fn explain(cause: zbus::Error) -> KeychainError {
    let name = error_name(&cause).unwrap_or_default();
    tracing::debug!(%cause, "the Secret Service did not answer");
    match name.strip_prefix("org.freedesktop.DBus.Error.") {
        // A service that is not installed, and one that is but could not be started.
        Some(name) if name == "ServiceUnknown" || name == "NameHasNoOwner" => KeychainError::Absent,
        Some(name) if name.starts_with("Spawn.") => KeychainError::Absent,
        Some("AccessDenied") => KeychainError::Refused,
        _ => KeychainError::Failed,
    }
}

/// Whether the bus or the service denied access, however deep in the error it stands.
pub(crate) fn is_refusal(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let denied = match (
            error.downcast_ref::<zbus::Error>(),
            error.downcast_ref::<zbus::fdo::Error>(),
        ) {
            (Some(cause), _) => {
                error_name(cause).as_deref() == Some("org.freedesktop.DBus.Error.AccessDenied")
            }
            (_, Some(zbus::fdo::Error::AccessDenied(_))) => true,
            _ => false,
        };
        if denied {
            return true;
        }
        next = error.source();
    }
    false
}

/// The D-Bus name of an error that came over the bus.
fn error_name(error: &zbus::Error) -> Option<String> {
    use zbus::DBusError;
    match error {
        zbus::Error::MethodError(name, _, _) => Some(name.to_string()),
        zbus::Error::FDO(error) => Some(error.name().to_string()),
        _ => None,
    }
}
