//! A change of many keys of an environment: which keys, what changes, and the rows that it leaves as they are. It is
//! planned, applied, and undone in one transaction each.

use std::collections::BTreeMap;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Stage, State, Timestamp, fold};
use keystile_store::{Action, EnvironmentRow, KeyQuery, KeyRow, Propagation, Revocation, Write};

use crate::audit::{key_disabled_entry, key_edited_entry, key_entry};
use crate::error::RegistryError;
use crate::expiry::Expiry;
use crate::key_details::{parse_owner, parse_revocation, parse_tags};
use crate::pause::check_pause;
use crate::registry::Registry;

/// The keys that are read and written at a time, between two reports of progress.
pub(crate) const CHUNK_SIZE: usize = 500;

/// The keys of an environment that a bulk change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySelection {
    /// These keys.
    Keys(Vec<KeyId>),
    /// The keys on all pages of a list.
    Listed {
        /// The query of the list.
        query: KeyQuery,
        /// Keys of the list that are not selected.
        except: Vec<KeyId>,
    },
    /// The active and disabled keys that were claimed this long ago or earlier, and not used since.
    Unused(Duration),
}

/// A change of many keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkChange {
    /// Disables active keys, and those longer that are disabled for a shorter time. `None`: until they are enabled.
    Disable(Option<Duration>),
    /// Enables disabled keys.
    Enable,
    /// Revokes active and disabled keys.
    Revoke(Option<Revocation>),
    /// Sets a later expiry. Keys that expire later, or never, keep theirs.
    Extend(Expiry),
    /// Adds a tag.
    AddTag(String),
    /// Removes a tag.
    RemoveTag(String),
    /// Sets the owner; an empty text removes it.
    SetOwner(String),
}

/// A change that was checked, with the times that it results in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CheckedChange {
    Disable(Option<Duration>),
    Enable,
    Revoke(Option<Revocation>),
    Extend(Option<Timestamp>),
    AddTag(String),
    RemoveTag(String),
    SetOwner(String),
}

/// What a change does to a key.
pub(crate) enum Effect {
    /// It becomes this.
    Changed(Box<KeyRow>),
    /// It is already as wanted.
    Unchanged,
    /// It has ended, or was not copied yet.
    Unavailable,
}

impl CheckedChange {
    /// Checks a change.
    ///
    /// # Errors
    /// `InvalidPause`, or an error of a field.
    pub(crate) fn new(
        change: &BulkChange,
        environment: &EnvironmentRow,
        now: Timestamp,
    ) -> Result<Self, RegistryError> {
        let tag = |text: &String| {
            let mut tags = parse_tags(std::slice::from_ref(text))?;
            tags.pop()
                .ok_or_else(|| RegistryError::InvalidTag(text.clone()))
        };
        Ok(match change {
            BulkChange::Disable(pause) => {
                check_pause(*pause)?;
                Self::Disable(*pause)
            }
            BulkChange::Enable => Self::Enable,
            BulkChange::Revoke(revocation) => Self::Revoke(parse_revocation(revocation.as_ref())?),
            BulkChange::Extend(expiry) => Self::Extend(expiry.resolve(environment, now)?),
            BulkChange::AddTag(text) => Self::AddTag(tag(text)?),
            BulkChange::RemoveTag(text) => Self::RemoveTag(tag(text)?),
            BulkChange::SetOwner(text) => Self::SetOwner(parse_owner(text)?),
        })
    }

    /// Returns what the change does to a key at a time.
    ///
    /// # Errors
    /// `KeyWithTooManyTags`.
    pub(crate) fn effect(&self, key: &KeyRow, now: Timestamp) -> Result<Effect, RegistryError> {
        if !matches!(key.state, State::Active | State::Disabled) {
            return Ok(Effect::Unavailable);
        }
        let mut after = key.clone();
        match self {
            Self::Disable(pause) => {
                let until = pause.map(|pause| now.saturating_add(pause));
                if key.state == State::Active || is_later(until, key.disabled_until) {
                    after.state = State::Disabled;
                    after.disabled_until = until;
                }
            }
            Self::Enable => {
                after.state = State::Active;
                after.disabled_until = None;
            }
            Self::Revoke(revocation) => {
                after.state = State::Revoked;
                after.revocation.clone_from(revocation);
            }
            Self::Extend(expiry) if is_later(*expiry, key.expires_at) => after.expires_at = *expiry,
            Self::Extend(_) => {}
            Self::AddTag(tag) => {
                after.tags.push(tag.clone());
                after.tags = parse_tags(&after.tags)
                    .map_err(|_| RegistryError::KeyWithTooManyTags(key.name.clone()))?;
            }
            Self::RemoveTag(tag) => {
                let folded = fold(tag);
                after.tags.retain(|known| fold(known) != folded);
            }
            Self::SetOwner(owner) => after.owner.clone_from(owner),
        }
        // The end of a pause is stored longer than it matters.
        let is_unchanged = match self {
            Self::Enable => key.state == State::Active,
            _ => after == *key,
        };
        Ok(if is_unchanged {
            Effect::Unchanged
        } else {
            Effect::Changed(Box::new(after))
        })
    }

    /// Checks the change again, for an environment that may have been edited since.
    ///
    /// # Errors
    /// `ExpiryInPast` or `ExpiryTooLate`.
    pub(crate) fn recheck(
        &self,
        environment: &EnvironmentRow,
        now: Timestamp,
    ) -> Result<(), RegistryError> {
        if let Self::Extend(expiry) = self {
            let expiry = expiry.map_or(Expiry::Never, Expiry::At);
            expiry.resolve(environment, now)?;
        }
        Ok(())
    }

    /// Returns whether the change can be undone.
    pub(crate) fn is_reversible(&self) -> bool {
        !matches!(self, Self::Revoke(_))
    }

    /// Returns whether the change lets requests fail that were allowed.
    pub(crate) fn denies_requests(&self) -> bool {
        matches!(self, Self::Disable(_) | Self::Revoke(_))
    }

    /// Returns whether the name of the environment must be typed.
    pub(crate) fn requires_name(&self, environment: &EnvironmentRow) -> bool {
        matches!(self, Self::Revoke(_)) && environment.stage == Stage::Production
    }
}

/// Returns whether an end is later than the current one. `None` is no end.
fn is_later(end: Option<Timestamp>, current: Option<Timestamp>) -> bool {
    match (end, current) {
        (Some(end), Some(current)) => end > current,
        (None, current) => current.is_some(),
        (Some(_), None) => false,
    }
}

/// What a bulk change will do. It changes nothing.
#[derive(Debug, Clone)]
pub struct BulkPlan {
    pub(crate) environment_id: EnvironmentId,
    pub(crate) change: CheckedChange,
    /// The keys that will change.
    pub keys: Vec<KeyId>,
    /// The names of the first of them, at most 5.
    pub names: Vec<String>,
    /// The number of selected keys.
    pub selected: usize,
    /// The number of selected keys that are already as wanted.
    pub unchanged: usize,
    /// The number of selected keys that have ended.
    pub unavailable: usize,
    /// The most recently used of the keys that will be denied although they were used within 7 days, at most 5.
    pub recently_used: Vec<RecentUse>,
    /// The number of all such keys. `None`: the use counts cannot be read, or are younger than that.
    pub recently_used_count: Option<usize>,
    /// The name that must be typed: that of a production environment whose keys are revoked.
    pub required_name: Option<String>,
}

/// The last use of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentUse {
    /// The key.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// Its last allowed request.
    pub last_used: Timestamp,
}

impl BulkPlan {
    /// Returns the expiry that keys get; `None` for another change, or for keys that will not expire.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self.change {
            CheckedChange::Extend(expiry) => expiry,
            _ => None,
        }
    }

    /// Returns whether the change can be undone.
    pub fn is_reversible(&self) -> bool {
        self.change.is_reversible()
    }
}

/// The keys that a bulk change has changed.
#[derive(Debug, Clone)]
pub struct BulkResult {
    /// The number of changed keys.
    pub changed: usize,
    /// The number of planned keys that another program has changed since the plan, so that they are left as they are.
    pub unchanged: usize,
    /// What undoes the change; `None` for a revocation, or if nothing changed.
    pub undo: Option<BulkUndo>,
    /// What the change waited for; `None` on SQLite, or if nothing changed.
    pub propagation: Option<Propagation>,
}

/// The fields of keys before and after a bulk change.
#[derive(Debug, Clone)]
pub struct BulkUndo {
    pub(crate) keys: Vec<UndoKey>,
}

impl BulkUndo {
    /// Returns the number of changed keys.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

/// The fields of a key before and after a bulk change.
#[derive(Debug, Clone)]
pub(crate) struct UndoKey {
    pub(crate) id: KeyId,
    pub(crate) before: ChangeableFields,
    pub(crate) after: ChangeableFields,
}

/// The fields that a reversible bulk change may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangeableFields {
    pub(crate) state: State,
    pub(crate) disabled_until: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) owner: String,
    pub(crate) tags: Vec<String>,
}

impl From<KeyRow> for ChangeableFields {
    fn from(key: KeyRow) -> Self {
        Self {
            state: key.state,
            disabled_until: key.disabled_until,
            expires_at: key.expires_at,
            owner: key.owner,
            tags: key.tags,
        }
    }
}

/// The row of a key before and after a change.
#[derive(Debug, Clone)]
pub(crate) struct ChangedRow {
    pub(crate) before: KeyRow,
    pub(crate) after: KeyRow,
}

/// The keys that an undo has restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkUndone {
    /// The number of restored keys.
    pub restored: usize,
    /// The number of keys that were changed since, or have ended, so that they are left as they are.
    pub unchanged: usize,
}

impl Registry {
    /// Writes the changes of rows that stay usable, with their audit entries. The caller commits.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn write_rows(
        &self,
        write: &mut Write<'_>,
        rows: &[ChangedRow],
    ) -> Result<(), RegistryError> {
        let mut states: BTreeMap<_, Vec<KeyId>> = BTreeMap::new();
        let mut edited = Vec::new();
        let mut entries = Vec::with_capacity(rows.len());
        for ChangedRow { before, after } in rows {
            if (before.state, before.disabled_until) == (after.state, after.disabled_until) {
                edited.push(after.clone());
                entries.push(key_edited_entry(before, after));
                continue;
            }
            let is_disabled = after.state == State::Disabled;
            // The end of a pause stays in the row when it is over.
            let group = (is_disabled, after.disabled_until.filter(|_| is_disabled));
            states.entry(group).or_default().push(after.id);
            entries.push(match is_disabled {
                true => key_disabled_entry(after),
                false => key_entry(after, Action::KeyEnabled),
            });
        }
        let now = self.now();
        for ((is_disabled, until), ids) in states {
            let state = match is_disabled {
                true => State::Disabled,
                false => State::Active,
            };
            write.set_key_states(&ids, state, now).await?;
            write.set_disabled_until(&ids, until).await?;
        }
        if !edited.is_empty() {
            write.edit_key_details(&edited).await?;
        }
        write.record_all(now, entries).await?;
        Ok(())
    }
}
