//! The verbs of `cargo xtask`, one a file. Called by `main` only.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod bundle;
pub(crate) mod icons;
pub(crate) mod lint;
pub(crate) mod run;
pub(crate) mod test;
