//! Verification of the audit log: the chain of rows, its end against `audit.head`, and each key against its last row.
//! Reads in batches, so that a long log neither needs much memory nor blocks writers.

use std::fmt::Write as _;

use keystile_keys::KeyId;
use sqlx::SqliteConnection;

use crate::audit::Action;
use crate::audit_chain::{AuditChain, FIRST_PREVIOUS, audit_rows_up_to};
use crate::audit_head::HeadFileContent;
use crate::error::StoreError;
use crate::open::Store;

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
        check.lost_end = lost_end(&mut connection, content).await?;
        check.differing_keys = differing_keys(&mut connection).await?;
        Ok(check)
    }
}

async fn check_chain(
    connection: &mut SqliteConnection,
    chain: &AuditChain,
) -> Result<AuditCheck, StoreError> {
    let mut check = AuditCheck::default();
    let mut previous = FIRST_PREVIOUS.to_vec();
    let mut has_own = false;
    // Keystile writes no row below 1; one that is there must be found.
    let mut after = i64::MIN;
    loop {
        let batch = audit_rows_up_to(connection, after, BATCH_SIZE).await?;
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

async fn lost_end(
    connection: &mut SqliteConnection,
    content: Option<HeadFileContent>,
) -> Result<Option<i64>, StoreError> {
    let Some(HeadFileContent { last, lost }) = content else {
        return Ok(None);
    };
    if let Some(lost) = lost {
        return Ok(Some(lost.seq));
    }
    let is_stored = last.is_stored(connection).await?;
    Ok((!is_stored).then_some(last.seq))
}

/// Returns the keys that contradict the last row about their state, the last one about their permissions and expiry, or
/// the row of their creation.
async fn differing_keys(connection: &mut SqliteConnection) -> Result<Vec<KeyId>, StoreError> {
    let mut actions = String::new();
    let mut states = String::new();
    for (action, state) in Action::STATE_CHANGES {
        let separator = if actions.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _written = write!(actions, "{separator}'{}'", action.as_str());
        let _written = write!(
            states,
            " WHEN '{}' THEN '{}'",
            action.as_str(),
            state.as_str()
        );
    }
    // SQLite takes the columns beside `max` from the row with the maximum (lang_select.html, 2.5).
    let sql = format!(
        "WITH last AS (SELECT key_id, action, iif(json_valid(detail), detail, '{{}}') AS detail, max(seq) FROM audit
                WHERE action IN ({actions}) GROUP BY key_id),
              edited AS (SELECT key_id, iif(json_valid(detail), detail, '{{}}') AS detail, max(seq) FROM audit
                WHERE action IN ('{issued}', '{edited}') GROUP BY key_id),
              issued AS (SELECT key_id, environment_id, max(seq) FROM audit WHERE action = '{issued}' GROUP BY key_id)
         SELECT k.id FROM keys k LEFT JOIN last ON last.key_id = k.id LEFT JOIN edited ON edited.key_id = k.id
             LEFT JOIN issued ON issued.key_id = k.id
          WHERE k.state IS NOT CASE last.action{states} END
             OR k.disabled_until IS NOT json_extract(last.detail, '$.disabled_until')
             OR k.environment_id IS NOT issued.environment_id
             OR k.permissions IS NOT json_extract(edited.detail, '$.permissions')
             OR k.expires_at IS NOT json_extract(edited.detail, '$.expires_at')
          ORDER BY k.created_at, k.id LIMIT {MAX_DIFFERING_KEYS}",
        issued = Action::KeyIssued.as_str(),
        edited = Action::KeyEdited.as_str()
    );
    let ids: Vec<String> = sqlx::query_scalar(&sql).fetch_all(connection).await?;
    ids.iter()
        .map(|id| id.parse().map_err(|_| StoreError::invalid_row("key id")))
        .collect()
}
