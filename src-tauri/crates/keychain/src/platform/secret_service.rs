//! The Secret Service on the session bus (GNOME Keyring, KWallet, KeePassXC) of Linux and other Unix systems. Never
//! creates a keyring.

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

/// The label; `service` and `username` are set by the store.
pub(crate) fn modifiers(entry: &Entry) -> HashMap<&str, &str> {
    // The store rejects an empty label, and has a default for none.
    if entry.label.is_empty() {
        HashMap::new()
    } else {
        HashMap::from([("label", entry.label.as_str())])
    }
}

/// Checks the default keyring on a separate connection. Reading a property opens no dialog.
pub(crate) fn check() -> Result<(), KeychainError> {
    let bus = zbus::blocking::Connection::session().map_err(|cause| {
        tracing::debug!(%cause, "no session bus");
        KeychainError::Unavailable
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
        .map_err(convert)?;
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
        .map_err(convert)?;
    match bool::try_from(locked) {
        Ok(false) => Ok(()),
        Ok(true) => Err(KeychainError::Locked),
        Err(_) => Err(KeychainError::Failed),
    }
}

fn convert(cause: zbus::Error) -> KeychainError {
    let name = error_name(&cause).unwrap_or_default();
    tracing::debug!(%cause, "the Secret Service call failed");
    match name.strip_prefix("org.freedesktop.DBus.Error.") {
        // Not installed, or could not be started.
        Some(name) if name == "ServiceUnknown" || name == "NameHasNoOwner" => {
            KeychainError::Unavailable
        }
        Some(name) if name.starts_with("Spawn.") => KeychainError::Unavailable,
        Some("AccessDenied") => KeychainError::AccessDenied,
        _ => KeychainError::Failed,
    }
}

/// Returns whether the bus or the service denied access, according to any error in the chain.
pub(crate) fn is_access_denied(error: &(dyn Error + 'static)) -> bool {
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

/// Returns the D-Bus name of an error.
fn error_name(error: &zbus::Error) -> Option<String> {
    use zbus::DBusError;
    match error {
        zbus::Error::MethodError(name, _, _) => Some(name.to_string()),
        zbus::Error::FDO(error) => Some(error.name().to_string()),
        _ => None,
    }
}
