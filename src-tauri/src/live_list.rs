//! What gateways decided lately: the last decisions of each environment, and the window told of them at a pace that it can
//! draw. However many requests pass, memory and messages stay bounded. After decisions the counts of use are written, so
//! that the lists show them soon.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keystile_gateway::{Decision, Outcome};
use keystile_gateway_control::RunningGateway;
use keystile_keys::EnvironmentId;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::shell::Shell;
use crate::view::{self, Change};

/// Between two messages to the window. Less than ten a second: one that is drawn late must not make eleven of them.
const PACE: Duration = Duration::from_millis(110);
/// Decisions in one message; the window shows no more at once.
const MOST_TOLD: usize = 50;
/// Decisions that are kept of each environment.
const MOST_KEPT: usize = 200;
/// Between two writings of the counts.
const WRITE_PACE: Duration = Duration::from_secs(5);

/// The last decisions by environment, newest first.
#[derive(Default)]
pub(crate) struct DecisionFeed {
    kept: Mutex<HashMap<EnvironmentId, VecDeque<view::Decision>>>,
}

impl DecisionFeed {
    /// The last decisions of this environment, newest first.
    pub(crate) fn of(&self, environment: &EnvironmentId) -> Vec<view::Decision> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(environment)
            .map(|list| list.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Forgets those of an environment that is gone.
    pub(crate) fn forget(&self, environment: &EnvironmentId) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(environment);
    }

    fn keep(&self, environment: &EnvironmentId, told: &[view::Decision]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let list = kept.entry(*environment).or_default();
        for decision in told {
            let is_older = list.front().is_some_and(|newest| newest.id > decision.id);
            match list.iter_mut().find(|kept| kept.id == decision.id) {
                Some(kept) => *kept = decision.clone(),
                // The first word about it is no longer kept.
                None if is_older && !decision.is_answered() => {}
                None => list.push_front(decision.clone()),
            }
        }
        list.truncate(MOST_KEPT);
    }
}

/// What came since the window was told.
#[derive(Default)]
struct Batch {
    last: VecDeque<Arc<Decision>>,
    skipped: u64,
}

impl Batch {
    fn add(&mut self, decision: Arc<Decision>) {
        // Only what the API did not answer is told again.
        if matches!(decision.outcome, Outcome::NoResponse(_))
            && let Some(first) = self.last.iter_mut().find(|told| told.id == decision.id)
        {
            *first = decision;
            return;
        }
        if self.last.len() == MOST_TOLD {
            self.last.pop_front();
            self.skipped += 1;
        }
        self.last.push_back(decision);
    }

    fn is_empty(&self) -> bool {
        self.last.is_empty() && self.skipped == 0
    }
}

/// Listens to a gateway until it has ended.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>, gateway: Arc<RunningGateway>) {
    let environment = gateway.environment().id;
    let mut decisions = gateway.decisions();
    // This task would keep alive what it waits for the end of.
    let ended = gateway.stopped();
    drop(gateway);
    tokio::pin!(ended);
    let mut batch = Batch::default();
    let mut tell_at = Instant::now();
    let mut write_at = Instant::now();
    let mut is_unwritten = false;
    loop {
        tokio::select! {
            decision = decisions.recv() => match decision {
                Ok(decision) => {
                    if batch.is_empty() {
                        tell_at = tell_at.max(Instant::now());
                    }
                    batch.add(decision);
                }
                Err(RecvError::Lagged(lost)) => batch.skipped += lost,
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep_until(tell_at), if !batch.is_empty() => {
                tell(&app, &environment, std::mem::take(&mut batch));
                tell_at = Instant::now() + PACE;
                is_unwritten = true;
                write_at = write_at.max(tell_at);
            }
            () = tokio::time::sleep_until(write_at), if is_unwritten => {
                write(&app, &environment).await;
                write_at = Instant::now() + WRITE_PACE;
                is_unwritten = false;
            }
            () = &mut ended => {
                if !batch.is_empty() {
                    tell(&app, &environment, batch);
                }
                write(&app, &environment).await;
                return;
            }
        }
    }
}

fn tell<R: Runtime>(app: &AppHandle<R>, environment: &EnvironmentId, batch: Batch) {
    let shell = app.state::<Shell>();
    let feed = app.state::<DecisionFeed>();
    let decisions: Vec<_> = batch
        .last
        .iter()
        .map(|one| view::Decision::of(one))
        .collect();
    feed.keep(environment, &decisions);
    shell.tell(Change::Decisions {
        environment_id: environment.to_string(),
        decisions,
        skipped: batch.skipped,
    });
}

async fn write<R: Runtime>(app: &AppHandle<R>, environment: &EnvironmentId) {
    let shell = app.state::<Shell>();
    // What could not be written is kept, and told with the next time.
    shell.write_usage().await;
    shell.tell(Change::Usage {
        environment_id: environment.to_string(),
    });
}
