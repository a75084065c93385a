//! The address of a secret in the credential store.

/// The address of a secret, and its label for users.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The attribute `service`, which identifies the secret together with `user`.
    pub service: String,
    /// The attribute `username`.
    pub user: String,
    /// The label in the platform's own program. Only the Secret Service supports it, for new entries.
    pub label: String,
}
