//! The bulk changes that the window has planned, or may undo. A plan contains the keys that the dialog named, so that no
//! other key is changed.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_registry::{BulkPlan, BulkUndo};

/// The plans, and the changes to undo, that are kept at most. The oldest is dropped.
const CAPACITY: usize = 8;

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

    /// Keeps a plan, and returns its id.
    pub(crate) fn add_plan(&self, plan: BulkPlan) -> u64 {
        let mut changes = self.lock();
        let id = changes.next_id();
        push(&mut changes.planned, id, plan);
        id
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
        push(&mut changes.undos, id, undo);
        id
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

fn push<T>(queue: &mut VecDeque<(u64, T)>, id: u64, value: T) {
    if queue.len() == CAPACITY {
        queue.pop_front();
    }
    queue.push_back((id, value));
}

fn take<T>(queue: &mut VecDeque<(u64, T)>, id: u64) -> Option<T> {
    let index = queue.iter().position(|(other, _)| *other == id)?;
    queue.remove(index).map(|(_, value)| value)
}
