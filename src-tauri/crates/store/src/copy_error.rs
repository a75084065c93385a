//! Why a store was not copied. The target has no rows of the source then.

use miette::Diagnostic;
use thiserror::Error;

use crate::error::StoreError;

/// Why a store was not copied.
#[derive(Debug, Error, Diagnostic)]
pub enum CopyError {
    /// The source cannot be opened or read.
    #[error("Source: {0}")]
    #[diagnostic(transparent)]
    Source(StoreError),
    /// The target cannot be created, opened, or written.
    #[error("Target: {0}")]
    #[diagnostic(transparent)]
    Target(StoreError),
    /// The audit log of the source was modified, or contradicts its keys.
    #[error("The audit log of the source is damaged, so it was not copied.")]
    #[diagnostic(
        code("damaged_source"),
        help("Run keystile store check on the source, and restore it from a backup.")
    )]
    DamagedSource,
    /// The target has rows that are not those of the source.
    #[error("The target has another store.")]
    #[diagnostic(
        code("target_not_empty"),
        help("Copy to a new folder, or to an empty database without keystile store init.")
    )]
    OtherStore,
    /// The source was changed after an earlier copy to the target.
    #[error("The target has an older copy of this store: {missing} audit rows are missing in it.")]
    #[diagnostic(
        code("target_older"),
        help("Copy to a new folder or to an empty database, and remove the older copy.")
    )]
    TargetOlder {
        /// The rows that were added to the source.
        missing: i64,
    },
    /// The target was changed after an earlier copy.
    #[error("The target was copied from this store, and was changed since then.")]
    #[diagnostic(
        code("target_newer"),
        help(
            "Use the target. To copy the source again, copy to a new folder or to an empty database."
        )
    )]
    TargetNewer,
    /// The copy has not the rows of the source.
    #[error("The copy differs from the source in {table}, so it was not stored.")]
    #[diagnostic(
        code("copy_differs"),
        help("Try again. If it fails again, run keystile store check on the source.")
    )]
    Differs {
        /// The table that differs.
        table: &'static str,
    },
}
