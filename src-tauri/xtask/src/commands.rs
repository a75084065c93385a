//! The commands of `cargo xtask`, one per file.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod bundle;
pub(crate) mod icons;
pub(crate) mod licenses;
pub(crate) mod lint;
pub(crate) mod run;
pub(crate) mod test;
