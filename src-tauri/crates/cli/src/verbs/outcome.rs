//! How a command ends.

/// How a verb that did not fail ended.
pub(crate) enum Outcome {
    Done,
    /// A key was checked and is refused.
    Refused,
}
