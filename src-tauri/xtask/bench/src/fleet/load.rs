//! Many replicas that check keys while keys are revoked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use keystile_keys::Permission;

use super::deployment::Deployment;
use crate::measurement::Measurement;
use crate::test_store::{HashCost, NOW, TestKeys};

const REPLICAS: usize = 20;
const CHECKS_PER_SECOND: u64 = 5_000;
const REVOCATIONS_PER_SECOND: u64 = 100;
const SECONDS: u64 = 10;

#[derive(Default)]
struct Counts {
    checks: AtomicU64,
    violations: AtomicU64,
    unavailable: AtomicU64,
}

/// Measures wrong and missing decisions. One run, because it is long.
pub(crate) async fn measure() -> Vec<Measurement> {
    let deployment = Deployment::create().await;
    let count = (REVOCATIONS_PER_SECOND * SECONDS) as usize;
    let keys = Arc::new(TestKeys::add(&deployment.store, count, HashCost::Minimal).await);
    let revoked: Arc<Vec<AtomicBool>> =
        Arc::new((0..count).map(|_| AtomicBool::new(false)).collect());
    let counts = Arc::new(Counts::default());
    let is_done = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for replica in 0..REPLICAS {
        let verifier = deployment.verifier().await;
        let (keys, revoked) = (Arc::clone(&keys), Arc::clone(&revoked));
        let (counts, is_done) = (Arc::clone(&counts), Arc::clone(&is_done));
        tasks.push(tokio::spawn(async move {
            let begun = Instant::now();
            let mut checks = 0;
            while !is_done.load(Ordering::Relaxed) {
                let due = begun.elapsed().as_millis() as u64 * CHECKS_PER_SECOND / 1_000;
                while checks < due {
                    let index = (checks as usize * 7 + replica) % keys.texts.len();
                    let was_revoked = revoked[index].load(Ordering::Acquire);
                    let checked = verifier
                        .verify(
                            &keys.texts[index],
                            &keys.environment,
                            Permission::Write,
                            NOW,
                        )
                        .await;
                    match checked {
                        Ok(verification) if verification.is_accepted() && was_revoked => {
                            counts.violations.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(_) => {}
                        Err(_) => {
                            counts.unavailable.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    checks += 1;
                }
                counts.checks.fetch_max(checks, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            checks
        }));
    }
    // The keys are verified by Argon2id once.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begun = Instant::now();
    let deployment = Arc::new(deployment);
    let mut revocations = Vec::with_capacity(count);
    for index in 0..count {
        let due = Duration::from_millis(index as u64 * 1_000 / REVOCATIONS_PER_SECOND);
        tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        let (deployment, keys) = (Arc::clone(&deployment), Arc::clone(&keys));
        let revoked = Arc::clone(&revoked);
        revocations.push(tokio::spawn(async move {
            let started = Instant::now();
            deployment.revoke(&keys, keys.ids[index]).await;
            revoked[index].store(true, Ordering::Release);
            started.elapsed().as_secs_f64() * 1_000.0
        }));
    }
    let mut durations = Vec::with_capacity(count);
    for revocation in revocations {
        durations.push(revocation.await.expect("a revocation"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    is_done.store(true, Ordering::Relaxed);
    let mut checks = 0;
    for task in tasks {
        checks += task.await.expect("a task");
    }
    durations.sort_by(f64::total_cmp);
    let label = |name: &str| format!("{REPLICAS} replicas under load: {name}");
    let number = |counter: &AtomicU64| vec![counter.load(Ordering::Relaxed) as f64];
    vec![
        Measurement::new(label("checks"), "/s", vec![checks as f64 / (seconds + 2.0)]),
        Measurement::new(label("revocations"), "/s", vec![count as f64 / seconds]),
        Measurement::new(
            label("revoke p99"),
            "ms",
            vec![durations[durations.len() * 99 / 100]],
        ),
        Measurement::new(label("wrong decisions"), "", number(&counts.violations)).at_most(0.0),
        Measurement::new(label("no decision"), "", number(&counts.unavailable)).at_most(0.0),
    ]
}
