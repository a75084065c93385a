//! The parts of `cargo xtask test`, one a file. Each adds what it counted to a tally and fails when it could not run.
//! Called by `verbs::test` only.

pub(crate) mod readme;
pub(crate) mod rust;
pub(crate) mod supply_chain;
pub(crate) mod ui;
pub(crate) mod window;
