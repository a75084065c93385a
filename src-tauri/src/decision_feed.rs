//! Recent gateway decisions by environment. Decisions are sent to the window in batches, so that memory and messages
//! stay bounded at any request rate. After decisions the usage counts are written, so that the lists show them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keystile_gateway::Decision;
use keystile_gateway_control::RunningGateway;
use keystile_keys::{EnvironmentId, Timestamp};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::shell::Shell;
use crate::view::{self, AppEvent};

/// The time between two batches. Slightly more than 100 ms, so that a delayed frame never receives 11 in a second.
const BATCH_INTERVAL: Duration = Duration::from_millis(110);
/// The most decisions in one batch.
const MAX_BATCH: usize = 50;
/// The most decisions kept for each environment.
const MAX_KEPT: usize = 200;
/// The time between two writes of the usage counts.
const USAGE_WRITE_INTERVAL: Duration = Duration::from_secs(5);

/// The recent decisions by environment, newest first.
#[derive(Default)]
pub(crate) struct DecisionFeed {
    kept: Mutex<HashMap<EnvironmentId, VecDeque<view::Decision>>>,
}

impl DecisionFeed {
    /// Returns the recent decisions of an environment, newest first.
    pub(crate) fn recent(&self, environment: &EnvironmentId) -> Vec<view::Decision> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(environment)
            .map(|list| list.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Returns the time of the last decision of an environment.
    pub(crate) fn last_at(&self, environment: &EnvironmentId) -> Option<Timestamp> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = kept.get(environment)?.front()?;
        Some(Timestamp::from_millis(newest.at))
    }

    /// Removes the decisions of a deleted environment.
    pub(crate) fn remove(&self, environment: &EnvironmentId) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(environment);
    }

    fn add(&self, environment: &EnvironmentId, decisions: &[view::Decision]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let list = kept.entry(*environment).or_default();
        for decision in decisions {
            list.push_front(decision.clone());
        }
        list.truncate(MAX_KEPT);
    }
}

/// The decisions since the last batch.
#[derive(Default)]
struct Batch {
    decisions: VecDeque<Arc<Decision>>,
    skipped: u64,
}

impl Batch {
    fn add(&mut self, decision: Arc<Decision>) {
        if self.decisions.len() == MAX_BATCH {
            self.decisions.pop_front();
            self.skipped += 1;
        }
        self.decisions.push_back(decision);
    }

    fn is_empty(&self) -> bool {
        self.decisions.is_empty() && self.skipped == 0
    }
}

/// Follows the decisions of a gateway until it stops.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>, gateway: Arc<RunningGateway>) {
    let environment = gateway.environment().id;
    let mut decisions = gateway.decisions();
    // Dropped, because the gateway does not stop while this task holds it.
    let stopped = gateway.stopped();
    drop(gateway);
    tokio::pin!(stopped);
    let mut batch = Batch::default();
    let mut send_at = Instant::now();
    let mut write_at = Instant::now();
    let mut is_usage_unwritten = false;
    loop {
        tokio::select! {
            decision = decisions.recv() => match decision {
                Ok(decision) => {
                    if batch.is_empty() {
                        send_at = send_at.max(Instant::now());
                    }
                    batch.add(decision);
                }
                Err(RecvError::Lagged(lost)) => batch.skipped += lost,
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep_until(send_at), if !batch.is_empty() => {
                send(&app, &environment, std::mem::take(&mut batch));
                send_at = Instant::now() + BATCH_INTERVAL;
                is_usage_unwritten = true;
                write_at = write_at.max(send_at);
            }
            () = tokio::time::sleep_until(write_at), if is_usage_unwritten => {
                write_usage(&app, &environment).await;
                write_at = Instant::now() + USAGE_WRITE_INTERVAL;
                is_usage_unwritten = false;
            }
            () = &mut stopped => {
                if !batch.is_empty() {
                    send(&app, &environment, batch);
                }
                write_usage(&app, &environment).await;
                return;
            }
        }
    }
}

fn send<R: Runtime>(app: &AppHandle<R>, environment: &EnvironmentId, batch: Batch) {
    let shell = app.state::<Shell>();
    let feed = app.state::<DecisionFeed>();
    let decisions: Vec<_> = batch
        .decisions
        .iter()
        .map(|decision| view::Decision::new(decision))
        .collect();
    feed.add(environment, &decisions);
    shell.emit(AppEvent::Decisions {
        environment_id: environment.to_string(),
        decisions,
        skipped: batch.skipped,
    });
}

async fn write_usage<R: Runtime>(app: &AppHandle<R>, environment: &EnvironmentId) {
    let shell = app.state::<Shell>();
    // Counts that could not be written stay in memory until the next write.
    shell.write_usage().await;
    shell.emit(AppEvent::Usage {
        environment_id: environment.to_string(),
    });
}
