//! The outcome of a command that did not fail.

pub(crate) enum Outcome {
    Success,
    /// `verify` denied the key.
    KeyDenied,
    /// `key list --expiring` listed keys.
    KeysExpiring,
}
