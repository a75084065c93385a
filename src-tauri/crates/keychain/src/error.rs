//! How a credential store fails, told apart by what the user can do about it.
//! Every call of this crate ends here; the window shows the sentence and the advice and branches on the code.
//! Causes are logged where they are found and are not carried: some of the platform's errors hold the secret.

use thiserror::Error;

/// What to do where no credential store runs.
#[cfg(all(unix, not(target_os = "macos")))]
const ABSENT_ADVICE: &str =
    "Start or install one (GNOME Keyring, KWallet or KeePassXC), then try again.";
#[cfg(target_os = "macos")]
const ABSENT_ADVICE: &str = "Create a login keychain in Keychain Access, then try again.";
#[cfg(windows)]
const ABSENT_ADVICE: &str = "Sign in to a desktop session, then try again.";

/// Why the credential store did not do what it was asked.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KeychainError {
    /// No credential store runs here.
    #[error("This computer has no system keychain that Keystile can reach")]
    Absent,
    /// A credential store runs, but it has no default keyring to put things into. Its code is that of `Absent`.
    #[error("The system keychain has no default keyring")]
    NoDefaultKeyring,
    /// It is locked and was not unlocked.
    #[error("The system keychain is locked")]
    Locked,
    /// It is unlocked and said no.
    #[error("The system keychain refused access")]
    Refused,
    /// It did not answer in time. What was asked may still happen when it wakes.
    #[error("The system keychain does not answer")]
    Hung,
    /// The platform stores only shorter secrets or names.
    #[error("This is longer than the system keychain can store")]
    TooLong,
    /// Nothing is stored there.
    #[error("The system keychain does not hold this entry")]
    NoEntry,
    /// Anything else; the log has the cause.
    #[error("The system keychain failed")]
    Failed,
}

impl KeychainError {
    /// The stable word to branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent | Self::NoDefaultKeyring => "keychain_absent",
            Self::Locked => "keychain_locked",
            Self::Refused => "keychain_refused",
            Self::Hung => "keychain_hung",
            Self::TooLong => "keychain_too_long",
            Self::NoEntry => "keychain_no_entry",
            Self::Failed => "keychain_failed",
        }
    }

    /// The next step, as a sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Absent => ABSENT_ADVICE,
            Self::NoDefaultKeyring => {
                "Create a default keyring in Passwords and Keys (seahorse), then try again."
            }
            Self::Locked => "Unlock it, then try again.",
            Self::Refused => "Allow Keystile to use it, then try again.",
            Self::Hung => "Answer its dialog if one is open, then try again.",
            Self::TooLong => "Copy the key and keep it in a password store instead.",
            Self::NoEntry => {
                "It was removed by another program. Create a new key if you do not have this one."
            }
            Self::Failed => "Try again. The log says what happened.",
        }
    }
}

/// What the credential store would say, found out without asking the user for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainStatus {
    /// It can be used.
    Ready,
    /// It can be used once it is unlocked.
    Locked,
    /// There is none.
    Absent,
    /// There is one and it does not work.
    Failed,
}

impl From<Result<(), KeychainError>> for KeychainStatus {
    fn from(answer: Result<(), KeychainError>) -> Self {
        match answer {
            Ok(()) => Self::Ready,
            Err(KeychainError::Locked) => Self::Locked,
            Err(KeychainError::Absent | KeychainError::NoDefaultKeyring) => Self::Absent,
            Err(_) => Self::Failed,
        }
    }
}
