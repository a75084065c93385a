//! Commands for changes of many keys: plan, apply, cancel, and undo.

use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::bulk_changes::BulkChanges;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{BulkChange, BulkPlan, BulkProgress, BulkResult, BulkUndone, KeySelection};

/// Returns what a change will do, and keeps it to be applied.
#[tauri::command]
pub(crate) async fn plan_bulk_change<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    changes: State<'_, BulkChanges>,
    environment_id: String,
    selection: KeySelection,
    change: BulkChange,
) -> Result<BulkPlan, CommandError> {
    let environment = id(&environment_id, "environment")?;
    // The plan must not miss a use because it was not written yet.
    shell.write_usage().await;
    let registry = shell.registry(&app).await?;
    let plan = registry
        .plan_bulk_change(&environment, &selection.into(), &change.into())
        .await?;
    Ok(changes.add_plan(plan, BulkPlan::new))
}

#[tauri::command]
pub(crate) async fn apply_bulk_change<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    changes: State<'_, BulkChanges>,
    plan_id: String,
    confirmation: Option<String>,
    progress: Channel<BulkProgress>,
) -> Result<BulkResult, CommandError> {
    let registry = shell.registry(&app).await?;
    let plan_id = plan_id.parse().ok();
    let running = plan_id.and_then(|id| changes.start(id));
    let running = running.ok_or_else(CommandError::bulk_plan_expired)?;
    let total = running.plan.keys.len();
    let result = registry
        .apply_bulk_change(&running.plan, confirmation.as_deref(), &|done| {
            // A window that is closed needs no progress.
            let _closed = progress.send(BulkProgress { done, total });
            running.control_flow()
        })
        .await?;
    Ok(BulkResult {
        changed: result.changed,
        unchanged: result.unchanged,
        undo_id: result.undo.map(|undo| changes.add_undo(undo).to_string()),
    })
}

/// Cancels a change that is being applied: nothing will be changed, unless it is done already.
#[tauri::command]
pub(crate) fn cancel_bulk_change(changes: State<'_, BulkChanges>, plan_id: String) {
    if let Ok(id) = plan_id.parse() {
        changes.cancel(id);
    }
}

#[tauri::command]
pub(crate) async fn undo_bulk_change<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    changes: State<'_, BulkChanges>,
    undo_id: String,
) -> Result<BulkUndone, CommandError> {
    let registry = shell.registry(&app).await?;
    let id = undo_id.parse().map_err(|_| CommandError::undo_expired())?;
    let undo = changes.take_undo(id);
    let undo = undo.ok_or_else(CommandError::undo_expired)?;
    let undone = match registry.undo_bulk_change(&undo).await {
        Ok(undone) => undone,
        Err(error) => {
            // It changed nothing, and can be tried again.
            changes.put_back_undo(id, undo);
            return Err(error.into());
        }
    };
    Ok(BulkUndone {
        restored: undone.restored,
        unchanged: undone.unchanged,
    })
}
