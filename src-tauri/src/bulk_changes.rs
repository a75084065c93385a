//! The bulk changes that the window has planned, or may undo. A plan contains the keys that the dialog named, so that no
//! other key is changed.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_registry::{BulkPlan, BulkUndo};

/// The plans that are kept at most. The oldest is dropped.
const MAX_PLANS: usize = 8;
/// The changes to undo that are kept at most: as many as the window offers (`ui/src/stores/toasts.ts`).
const MAX_UNDOS: usize = 20;
/// The keys of all changes to undo, unless the last change alone has more. About 50 MiB.
const MAX_UNDO_KEYS: usize = 200_000;

/// Planned and applied bulk changes by id.
#[derive(Default)]
pub(crate) struct BulkChanges {
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    last_id: u64,
    planned: VecDeque<(u64, BulkPlan)>,
    running: Vec<(u64, Arc<AtomicBool>)>,
    undos: VecDeque<(u64, BulkUndo)>,
}

/// A plan that is being applied. When it is dropped, it cannot be canceled anymore.
pub(crate) struct RunningChange<'a> {
    changes: &'a BulkChanges,
    id: u64,
    is_canceled: Arc<AtomicBool>,
    pub(crate) plan: BulkPlan,
}

impl BulkChanges {
    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a plan under a new id, and returns what `describe` says of both.
    pub(crate) fn add_plan<T>(
        &self,
        plan: BulkPlan,
        describe: impl FnOnce(u64, &BulkPlan) -> T,
    ) -> T {
        let mut changes = self.lock();
        let id = changes.next_id();
        let description = describe(id, &plan);
        if changes.planned.len() == MAX_PLANS {
            changes.planned.pop_front();
        }
        changes.planned.push_back((id, plan));
        description
    }

    /// Takes a plan to apply it; `None` if it was applied, or dropped for newer ones.
    pub(crate) fn start(&self, id: u64) -> Option<RunningChange<'_>> {
        let mut changes = self.lock();
        let plan = take(&mut changes.planned, id)?;
        let is_canceled = Arc::new(AtomicBool::new(false));
        changes.running.push((id, Arc::clone(&is_canceled)));
        Some(RunningChange {
            changes: self,
            id,
            is_canceled,
            plan,
        })
    }

    /// Cancels a plan that is being applied, or drops one that is not.
    pub(crate) fn cancel(&self, id: u64) {
        let mut changes = self.lock();
        let _dropped = take(&mut changes.planned, id);
        for (running, is_canceled) in &changes.running {
            if *running == id {
                is_canceled.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Keeps what undoes a change, and returns its id.
    pub(crate) fn add_undo(&self, undo: BulkUndo) -> u64 {
        let mut changes = self.lock();
        let id = changes.next_id();
        changes.undos.push_back((id, undo));
        changes.drop_old_undos();
        id
    }

    /// Keeps what undoes a change again, after undoing it has failed.
    pub(crate) fn put_back_undo(&self, id: u64, undo: BulkUndo) {
        self.lock().undos.push_back((id, undo));
    }

    /// Takes what undoes a change; `None` if it was undone, or dropped for newer ones.
    pub(crate) fn take_undo(&self, id: u64) -> Option<BulkUndo> {
        take(&mut self.lock().undos, id)
    }
}

impl Changes {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn drop_old_undos(&mut self) {
        let keys = |undos: &VecDeque<(u64, BulkUndo)>| {
            undos.iter().map(|(_, undo)| undo.len()).sum::<usize>()
        };
        while self.undos.len() > 1
            && (self.undos.len() > MAX_UNDOS || keys(&self.undos) > MAX_UNDO_KEYS)
        {
            self.undos.pop_front();
        }
    }
}

impl RunningChange<'_> {
    /// Returns `Break` after the change was canceled.
    pub(crate) fn control_flow(&self) -> ControlFlow<()> {
        if self.is_canceled.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Drop for RunningChange<'_> {
    fn drop(&mut self) {
        self.changes.lock().running.retain(|(id, _)| *id != self.id);
    }
}

fn take<T>(queue: &mut VecDeque<(u64, T)>, id: u64) -> Option<T> {
    let index = queue.iter().position(|(other, _)| *other == id)?;
    queue.remove(index).map(|(_, value)| value)
}
