//! Applies a planned bulk change in one transaction: all of it is stored, or nothing.

use std::ops::ControlFlow;

use keystile_keys::{KeyId, State};
use keystile_store::{KeyRow, Write};

use crate::bulk_change::{
    BulkPlan, BulkResult, BulkUndo, CHUNK_SIZE, ChangedRow, CheckedChange, Effect, UndoKey,
};
use crate::confirm::require_name;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Applies a plan. `progress` receives the number of keys that were looked at, and cancels the change by
    /// [`ControlFlow::Break`].
    ///
    /// # Errors
    /// `NotFound`, `NameRequired` if `confirmation` is not the name of the environment or, in production, a revocation
    /// has none, `Canceled`, `ExpiryTooLate`, `KeyWithTooManyTags`, or a
    /// `Store` error. After an error, nothing was changed.
    pub async fn apply_bulk_change(
        &self,
        plan: &BulkPlan,
        confirmation: Option<&str>,
        progress: &(dyn Fn(usize) -> ControlFlow<()> + Send + Sync),
    ) -> Result<BulkResult, RegistryError> {
        let mut write = self.store.write().await?;
        let environment = require_environment(write.connection(), &plan.environment_id).await?;
        let requires_name = plan.change.requires_name(&environment);
        require_name(requires_name, &environment.name, confirmation)?;
        plan.change.recheck(&environment, self.latest_time())?;
        let mut undo = Vec::with_capacity(plan.keys.len());
        let mut done = 0;
        for keys in plan.keys.chunks(CHUNK_SIZE) {
            let changed = self.changed_rows(&mut write, plan, keys).await?;
            match &plan.change {
                CheckedChange::Revoke(revocation) => {
                    let keys: Vec<_> = changed.iter().map(|row| row.before.clone()).collect();
                    self.end_keys(&mut write, &keys, State::Revoked, revocation.as_ref())
                        .await?;
                }
                _ => self.write_rows(&mut write, &changed).await?,
            }
            undo.extend(changed.into_iter().map(|row| UndoKey {
                id: row.before.id,
                before: row.before.into(),
                after: row.after.into(),
            }));
            done += keys.len();
            if progress(done).is_break() {
                write.roll_back().await?;
                return Err(RegistryError::Canceled);
            }
        }
        let mut result = BulkResult {
            changed: undo.len(),
            unchanged: plan.keys.len() - undo.len(),
            undo: (plan.change.is_reversible() && !undo.is_empty())
                .then_some(BulkUndo { keys: undo }),
            propagation: None,
        };
        if result.changed > 0 {
            result.propagation = write.commit().await?;
            self.request_sweep();
        }
        Ok(result)
    }

    /// Returns those of the planned keys that still change, as they are now and as they will be.
    async fn changed_rows(
        &self,
        write: &mut Write<'_>,
        plan: &BulkPlan,
        keys: &[KeyId],
    ) -> Result<Vec<ChangedRow>, RegistryError> {
        let now = self.latest_time();
        let mut rows = Vec::with_capacity(keys.len());
        for before in KeyRow::find_all(write.connection(), keys, now).await? {
            if let Effect::Changed(after) = plan.change.effect(&before, now)? {
                let after = *after;
                rows.push(ChangedRow { before, after });
            }
        }
        Ok(rows)
    }
}
