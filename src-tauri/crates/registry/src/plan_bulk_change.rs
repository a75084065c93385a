//! Plans a bulk change: finds the selected keys, and what the change would do to each of them. Changes nothing.

use std::collections::HashSet;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId};
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
    /// `NotFound`, an error of a field, `Store(Usage)` if keys are selected by their use and the counts cannot be read,
    /// or another `Store` error.
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
            recently_used: Some(Vec::new()),
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
            plan.recently_used = self.recently_used(&changed).await;
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
                idle.first.iter().map(|key| key.id).collect()
            }
        };
        let mut keys = self.store.find_keys(&ids, now).await?;
        keys.retain(|key| key.environment_id == environment.id);
        Ok(keys)
    }

    /// Returns the last uses of keys within 7 days, the most recent first; `None` if the use counts cannot be read.
    async fn recently_used(&self, keys: &[KeyRow]) -> Option<Vec<RecentUse>> {
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        let usage = match self.usage_of_keys(&ids).await {
            Ok(usage) => usage,
            Err(error) => {
                tracing::warn!(%error, "cannot read the use counts of keys that will be changed");
                return None;
            }
        };
        let since = self.latest_time().saturating_sub(RECENT);
        let mut recent: Vec<_> = keys
            .iter()
            .filter_map(|key| {
                let last_used = usage.get(&key.id)?.last.as_ref()?.at;
                (last_used >= since).then(|| RecentUse {
                    id: key.id,
                    name: key.name.clone(),
                    last_used,
                })
            })
            .collect();
        recent.sort_by_key(|recent| std::cmp::Reverse(recent.last_used));
        Some(recent)
    }
}
