//! Notices about prompts that were open when their process died.

use std::collections::HashMap;

use keystile_keys::State;
use keystile_store::{KeyRow, OpenPromptRow};

use crate::error::RegistryError;
use crate::issuer_lock::EndedLock;
use crate::registry::Registry;

/// A key whose prompt was never closed because its process died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened to the key.
    pub kind: NoticeKind,
    /// The key.
    pub key: KeyRow,
    /// The id of its secret version.
    pub(crate) secret: i64,
}

/// What happened to a key whose process ended before its prompt was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum NoticeKind {
    /// The key was not copied, so it was revoked.
    Unclaimed,
    /// The key was copied and works. Only the user knows whether it was saved.
    Unclosed,
    /// The new secret of a rotation was not copied, so nothing changed.
    RotationUnclaimed,
}

impl Registry {
    /// Returns the notices that were not acknowledged, oldest first. Call [`Registry::sweep`] before.
    ///
    /// # Errors
    /// `ProcessLock` or a `Store` error.
    pub async fn list_notices(&self) -> Result<Vec<Notice>, RegistryError> {
        let rows = OpenPromptRow::all(&mut self.store.read().await?).await?;
        let own_lock = self.issuer_lock_name().await;
        let mut stale: HashMap<String, bool> = HashMap::new();
        let mut notices = Vec::new();
        for row in rows {
            let kind = match (row.key.state, row.is_rotation) {
                (State::Unclaimed, false) => NoticeKind::Unclaimed,
                (State::Active | State::Disabled, _) if row.claimed_at.is_some() => {
                    NoticeKind::Unclosed
                }
                (State::Active | State::Disabled, true) if row.ends_at.is_some() => {
                    NoticeKind::RotationUnclaimed
                }
                _ => continue,
            };
            let OpenPromptRow {
                key,
                secret,
                lock_file: lock,
                ..
            } = row;
            let is_abandoned = if own_lock.as_ref() == Some(&lock) {
                !self.prompts.contains_secret(secret)
            } else if let Some(is_stale) = stale.get(&lock) {
                *is_stale
            } else {
                let is_stale = EndedLock::has_ended(&self.store, &lock).await?;
                stale.insert(lock, is_stale);
                is_stale
            };
            if is_abandoned {
                notices.push(Notice { kind, key, secret });
            }
        }
        Ok(notices)
    }
}
