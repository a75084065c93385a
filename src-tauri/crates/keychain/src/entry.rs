//! Which secret of the credential store is meant.
//! The registry makes one per key; nothing here knows what the words stand for.

/// The address of one secret, and the words people see beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The attribute `service`: with `user` it names exactly one secret.
    pub service: String,
    /// The attribute `username`.
    pub user: String,
    /// What the platform's own program shows. Only the Secret Service takes one, and only when the entry is new.
    pub label: String,
}
