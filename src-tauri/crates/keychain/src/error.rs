//! Errors of the credential store. They carry no cause: some errors of the platforms contain the secret, so causes are
//! logged without it where they occur.

use miette::Diagnostic;
use thiserror::Error;

#[cfg(all(unix, not(target_os = "macos")))]
const UNAVAILABLE_HELP: &str =
    "Install or start GNOME Keyring, KWallet, or KeePassXC, then try again.";
#[cfg(target_os = "macos")]
const UNAVAILABLE_HELP: &str = "Create a login keychain in Keychain Access, then try again.";
#[cfg(windows)]
const UNAVAILABLE_HELP: &str = "Sign in to a desktop session, then try again.";

/// Why a call of the credential store failed.
#[derive(Clone, Copy, Debug, Error, Diagnostic, PartialEq, Eq)]
pub enum KeychainError {
    /// No credential store is running.
    #[error("The system keychain is not available.")]
    #[diagnostic(code("keychain_unavailable"), help("{}", UNAVAILABLE_HELP))]
    Unavailable,
    /// The credential store has no default keyring.
    #[error("The system keychain has no default keyring.")]
    #[diagnostic(
        code("keychain_unavailable"),
        help("Create a default keyring in Passwords and Keys (seahorse), then try again.")
    )]
    NoDefaultKeyring,
    /// It is locked.
    #[error("The system keychain is locked.")]
    #[diagnostic(code("keychain_locked"), help("Unlock it, then try again."))]
    Locked,
    /// It denied access although it is unlocked.
    #[error("The system keychain denied access.")]
    #[diagnostic(
        code("keychain_access_denied"),
        help("Allow Keystile to use it, then try again.")
    )]
    AccessDenied,
    /// It did not respond in time. The call may still take effect later.
    #[error("The system keychain does not respond.")]
    #[diagnostic(
        code("keychain_timeout"),
        help("Close its dialog if one is open, then try again.")
    )]
    Timeout,
    /// The platform stores only shorter secrets or names.
    #[error("The key or its name is too long for the system keychain.")]
    #[diagnostic(
        code("keychain_too_long"),
        help("Copy the key and store it in a password manager instead.")
    )]
    TooLong,
    /// The entry does not exist.
    #[error("The system keychain does not contain this key.")]
    #[diagnostic(
        code("keychain_no_entry"),
        help("Another program removed it. Create a new key if you have no copy of this one.")
    )]
    NoEntry,
    /// Any other error; the log has the cause.
    #[error("The system keychain failed.")]
    #[diagnostic(
        code("keychain_failed"),
        help("Try again. If it fails again, see the log.")
    )]
    Failed,
}

/// The status of the credential store, read without a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(rename_all = "snake_case", rename = "KeychainState")
)]
pub enum KeychainStatus {
    /// It can be used.
    Ready,
    /// It must be unlocked first.
    Locked,
    /// None is running, or it has no default keyring.
    Unavailable,
    /// It does not work.
    Failed,
}

impl From<Result<(), KeychainError>> for KeychainStatus {
    fn from(result: Result<(), KeychainError>) -> Self {
        match result {
            Ok(()) => Self::Ready,
            Err(KeychainError::Locked) => Self::Locked,
            Err(KeychainError::Unavailable | KeychainError::NoDefaultKeyring) => Self::Unavailable,
            Err(_) => Self::Failed,
        }
    }
}
