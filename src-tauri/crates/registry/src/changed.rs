//! The result of a change, with what it waited for.

use std::ops::Deref;

use keystile_store::Propagation;

/// What a change has made of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<T> {
    /// The row after the change.
    pub value: T,
    /// What the change waited for; `None` on SQLite, where the next request of every process finds it.
    pub propagation: Option<Propagation>,
}

impl<T> Changed<T> {
    /// Returns the row.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Changed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
