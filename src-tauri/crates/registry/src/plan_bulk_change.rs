//! Plans a bulk change: finds the selected keys, and what the change would do to each of them. Changes nothing.

use std::collections::HashSet;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use keystile_store::{EnvironmentRow, IdleKeyQuery, KeyFilter, KeyRow};

use crate::bulk_change::{BulkChange, BulkPlan, CheckedChange, Effect, KeySelection, RecentUse};
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::keys::search_by_id;
use crate::registry::Registry;

/// A key that was used this recently is named in the plan of a change that denies its requests.
const RECENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The names in a plan at most.
const MAX_NAMES: usize = 5;

impl Registry {
    /// Plans a change of the selected keys of an environment.
    ///
    /// # Errors
    /// `NotFound`, an error of a field, `UsageUnknown` or `Store(Usage)` if keys are selected by their use and it is not
    /// known, or another `Store` error.
    pub async fn plan_bulk_change(
        &self,
        environment: &EnvironmentId,
        selection: &KeySelection,
        change: &BulkChange,
    ) -> Result<BulkPlan, RegistryError> {
        let now = self.latest_time();
        let environment = {
            let mut connection = self.store.read().await?;
            require_environment(&mut connection, environment).await?
        };
        let change = CheckedChange::new(change, &environment, now)?;
        let selected = self.select_keys(&environment, selection).await?;
        let mut plan = BulkPlan {
            environment_id: environment.id,
            keys: Vec::new(),
            names: Vec::new(),
            selected: selected.len(),
            unchanged: 0,
            unavailable: 0,
            recently_used: Vec::new(),
            recently_used_count: Some(0),
            required_name: change
                .requires_name(&environment)
                .then(|| environment.name.clone()),
            change,
        };
        let mut changed = Vec::with_capacity(selected.len());
        for key in selected {
            match plan.change.effect(&key, now)? {
                Effect::Changed(_) => changed.push(key),
                Effect::Unchanged => plan.unchanged += 1,
                Effect::Unavailable => plan.unavailable += 1,
            }
        }
        plan.keys = changed.iter().map(|key| key.id).collect();
        let names = changed.iter().map(|key| key.name.clone());
        plan.names = names.take(MAX_NAMES).collect();
        if plan.change.denies_requests() {
            match self.recently_used(&changed).await {
                Ok(mut recently_used) => {
                    plan.recently_used_count = Some(recently_used.len());
                    recently_used.truncate(MAX_NAMES);
                    plan.recently_used = recently_used;
                }
                Err(error) => {
                    tracing::warn!(%error, "the uses of keys that will be changed are unknown");
                    plan.recently_used_count = None;
                }
            }
        }
        Ok(plan)
    }

    async fn select_keys(
        &self,
        environment: &EnvironmentRow,
        selection: &KeySelection,
    ) -> Result<Vec<KeyRow>, RegistryError> {
        let now = self.latest_time();
        let ids: Vec<KeyId> = match selection {
            KeySelection::Keys(ids) => ids.clone(),
            KeySelection::Listed { query, except } => {
                let query = search_by_id(query);
                let listed = self.store.list_key_ids(&environment.id, &query, now);
                let except: HashSet<_> = except.iter().collect();
                let mut ids = listed.await?;
                ids.retain(|id| !except.contains(id));
                ids
            }
            KeySelection::Unused(time) => {
                let query = IdleKeyQuery {
                    filter: KeyFilter::Usable,
                    now,
                    before: now.saturating_sub(*time),
                    limit: None,
                };
                let idle = self.store.idle_keys(&environment.id, &query).await?;
                if !idle.first.is_empty() {
                    self.require_counts_since(query.before).await?;
                }
                idle.first.iter().map(|key| key.id).collect()
            }
        };
        let mut keys = self.store.find_keys(&ids, now).await?;
        keys.retain(|key| key.environment_id == environment.id);
        Ok(keys)
    }

    /// Checks that uses were counted all the time since `begin`.
    ///
    /// # Errors
    /// `UsageUnknown`, or `Store(Usage)` if the counts cannot be read.
    async fn require_counts_since(&self, begin: Timestamp) -> Result<(), RegistryError> {
        match self.store.counting_since().await? {
            Some(since) if since <= begin => Ok(()),
            _ => Err(RegistryError::UsageUnknown),
        }
    }

    /// Returns the last uses of keys within 7 days, the most recent first.
    ///
    /// # Errors
    /// `UsageUnknown` if a use may not have been counted, or `Store(Usage)` if the counts cannot be read.
    async fn recently_used(&self, keys: &[KeyRow]) -> Result<Vec<RecentUse>, RegistryError> {
        let begin = self.latest_time().saturating_sub(RECENT);
        if let Some(oldest) = keys.iter().map(|key| key.created_at).min() {
            self.require_counts_since(oldest.max(begin)).await?;
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        let usage = self.usage_of_keys(&ids).await?;
        let mut recent: Vec<_> = keys
            .iter()
            .filter_map(|key| {
                let last_used = usage.get(&key.id)?.last.as_ref()?.at;
                (last_used >= begin).then(|| RecentUse {
                    id: key.id,
                    name: key.name.clone(),
                    last_used,
                })
            })
            .collect();
        recent.sort_by_key(|recent| std::cmp::Reverse(recent.last_used));
        Ok(recent)
    }
}
