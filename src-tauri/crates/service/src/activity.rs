//! The environments whose keys a service checks, for a program that runs the service in its own process and shows them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use keystile_verifier::EnvironmentId;

/// The checks of one service. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Activity {
    start: Instant,
    /// The milliseconds from `start` to the last check, by environment.
    last_checks: Arc<ArcSwap<HashMap<EnvironmentId, Arc<AtomicU64>>>>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            last_checks: Arc::default(),
        }
    }
}

impl Activity {
    /// Records a check, allowed or denied.
    pub(crate) fn record(&self, environment: EnvironmentId) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(last) = self.last_checks.load().get(&environment) {
            last.store(now, Ordering::Relaxed);
            return;
        }
        self.last_checks.rcu(|known| {
            let mut known = HashMap::clone(known);
            let last = known.entry(environment).or_default();
            last.store(now, Ordering::Relaxed);
            known
        });
    }

    /// Returns the environments whose keys were checked, with the time of the last check.
    pub fn last_checks(&self) -> HashMap<EnvironmentId, Instant> {
        let known = self.last_checks.load();
        let time = |last: &Arc<AtomicU64>| {
            self.start + Duration::from_millis(last.load(Ordering::Relaxed))
        };
        known.iter().map(|(id, last)| (*id, time(last))).collect()
    }
}
