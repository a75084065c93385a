//! What was committed since an earlier snapshot, according to the audit log.

use sqlx::{Row, SqliteConnection};

use crate::audit_head::AuditHead;
use crate::error::StoreError;
use crate::reader::Snapshot;

/// The state of the database when rows were last read, to compare a later snapshot with.
#[derive(Debug, Clone)]
pub struct LastRead {
    change_counter: u32,
    commits: i64,
    head: Option<AuditHead>,
}

/// The commits since an earlier snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// The audit rows of all of them, oldest first.
    Rows(Vec<ChangedIds>),
    /// The database was replaced by another state of it.
    Restored,
    /// A program other than Keystile, which writes no audit rows, made some of them.
    OtherProgram,
    /// They have more audit rows than were asked for.
    TooMany,
}

/// What an audit row is about, and the ids in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedIds {
    /// The noun of the action, such as `key` or `gateway`.
    pub noun: String,
    /// The environment, if any.
    pub environment_id: Option<String>,
    /// The project, if any.
    pub project_id: Option<String>,
    /// The key, if any.
    pub key_id: Option<String>,
}

impl LastRead {
    /// Remembers a snapshot from which rows are read.
    pub fn new(snapshot: &Snapshot<'_>) -> Self {
        Self {
            change_counter: snapshot.commit().change_counter,
            commits: snapshot.commits(),
            head: snapshot.head().cloned(),
        }
    }

    /// Returns what was committed between this and a later snapshot. `limit`: the number of audit rows to return at most.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn changes_until(
        &self,
        snapshot: &mut Snapshot<'_>,
        limit: u32,
    ) -> Result<Changes, StoreError> {
        let seq = self.head.as_ref().map_or(0, |head| head.seq);
        if let Some(head) = &self.head {
            let mac = ChangedIds::find_mac(snapshot.connection(), seq).await?;
            if mac.as_ref() != Some(&head.mac) {
                return Ok(Changes::Restored);
            }
        }
        let all = snapshot
            .commit()
            .change_counter
            .wrapping_sub(self.change_counter);
        if snapshot.commits() - self.commits != i64::from(all) {
            return Ok(Changes::OtherProgram);
        }
        let rows = ChangedIds::after(snapshot.connection(), seq, limit + 1).await?;
        if rows.len() > limit as usize {
            return Ok(Changes::TooMany);
        }
        Ok(Changes::Rows(rows))
    }
}

impl ChangedIds {
    /// Returns the ids in at most `limit` rows after `seq`, oldest first.
    async fn after(
        connection: &mut SqliteConnection,
        seq: i64,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT substr(action, 1, instr(action, '.') - 1) AS noun, project_id, environment_id, key_id FROM audit
              WHERE seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(seq)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Self {
                    noun: row.try_get("noun")?,
                    environment_id: row.try_get("environment_id")?,
                    project_id: row.try_get("project_id")?,
                    key_id: row.try_get("key_id")?,
                })
            })
            .collect()
    }

    /// Returns the authentication code of a row, if it exists.
    async fn find_mac(
        connection: &mut SqliteConnection,
        seq: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar("SELECT mac FROM audit WHERE seq = ?")
            .bind(seq)
            .fetch_optional(connection)
            .await?)
    }
}
