//! Verification of the audit log: the chain of rows, its end against `audit.head`, and each key against its last row.
//! Reads in batches, so that a long log neither needs much memory nor blocks writers.

use keystile_keys::KeyId;

use crate::audit_chain::AuditChain;
use crate::audit_row::FIRST_PREVIOUS;
use crate::connection::{Connection, on_database};
use crate::dispatch::audit;
use crate::error::StoreError;
use crate::store::Store;

/// Rows that are read in one batch.
const BATCH_SIZE: i64 = 1_000;
/// Maximum number of reported keys.
const MAX_DIFFERING_KEYS: i64 = 100;

/// The result of [`Store::check_audit`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditCheck {
    /// The number of rows that were checked.
    pub rows: i64,
    /// The first row that was changed, is missing, or was inserted by another program.
    pub first_broken: Option<i64>,
    /// Rows that were written under another install key. Only their order can be checked.
    pub other_install_key: Option<OtherInstallKey>,
    /// The number of a former last row that is missing: the log was truncated, rewritten, or restored from a backup.
    pub lost_end: Option<i64>,
    /// Keys whose state, permissions, expiry, or environment contradict the log, at most 100.
    pub differing_keys: Vec<KeyId>,
}

/// Rows that were written under another install key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherInstallKey {
    /// The first such row.
    pub first: i64,
    /// The last such row.
    pub last: i64,
    /// Whether the log starts with them, as after the loss of `install.key`.
    pub is_beginning: bool,
}

impl AuditCheck {
    /// Returns whether no manipulation was found. A log may start with rows under a lost install key.
    pub fn is_intact(&self) -> bool {
        self.first_broken.is_none()
            && self.lost_end.is_none()
            && self.differing_keys.is_empty()
            && self.other_install_key.is_none_or(|rows| rows.is_beginning)
    }
}

impl Store {
    /// Verifies the audit log and compares each key with it. Takes about a second for 500,000 rows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn check_audit(&self) -> Result<AuditCheck, StoreError> {
        let chain = self.audit_chain();
        // Read before the rows: the log only grows, so it must contain this head.
        let content = chain.head_file().read();
        let mut connection = self.read().await?;
        let mut check = check_chain(&mut connection, chain).await?;
        if let Some(content) = content {
            let lost = audit::lost_head(&mut connection, content).await?;
            check.lost_end = lost.map(|head| head.seq);
        }
        check.differing_keys = differing_keys(&mut connection).await?;
        Ok(check)
    }
}

/// Returns the keys that contradict the log.
///
/// # Errors
/// The database cannot be read.
pub(crate) async fn differing_keys(
    connection: &mut Connection<'_>,
) -> Result<Vec<KeyId>, StoreError> {
    on_database!(connection, audit_check::differing_keys(MAX_DIFFERING_KEYS))
}

/// Verifies the chain of rows.
///
/// # Errors
/// The database cannot be read.
pub(crate) async fn check_chain(
    connection: &mut Connection<'_>,
    chain: &AuditChain,
) -> Result<AuditCheck, StoreError> {
    let mut check = AuditCheck::default();
    let mut previous = FIRST_PREVIOUS.to_vec();
    let mut has_own = false;
    // Keystile writes no row below 1; one that is there must be found.
    let mut after = i64::MIN;
    loop {
        let batch = audit::rows_after(connection, after, BATCH_SIZE).await?;
        let is_last = batch.is_empty();
        for row in batch {
            let expected = check.rows + 1;
            let is_own = chain.is_own(&row);
            let is_linked = row.seq == expected && row.previous == previous;
            if !is_linked || (is_own && !chain.is_authentic(&row)) {
                check.first_broken = Some(expected);
                return Ok(check);
            }
            if is_own {
                has_own = true;
            } else {
                let known = check.other_install_key;
                check.other_install_key = Some(OtherInstallKey {
                    first: known.map_or(expected, |rows| rows.first),
                    last: expected,
                    is_beginning: !has_own,
                });
            }
            previous = row.mac;
            check.rows = expected;
            after = expected;
        }
        if is_last {
            return Ok(check);
        }
    }
}
