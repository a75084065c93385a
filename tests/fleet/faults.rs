//! Revocations while verifiers are killed, stopped, and cut off, and while the server ends their connections, restarts,
//! crashes, and fails over. No check that begins after a revocation has returned may be allowed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use keystile_keys::State;
use keystile_store::{PostgresError, StoreError};
use keystile_test_postgres::{PausingProxy, PostgresServer, TestDatabase};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::fleet::{Fleet, Key};
use crate::replica_process::{Counts, Generations, ReplicaProcess};

const REPLICAS: [&str; 3] = ["one", "two", "three"];
const KEYS: usize = 60;

/// A run of the harness.
struct Run {
    revocations: u64,
    /// For how long each verifier keeps decisions; zero for the real one.
    keep: Duration,
    seed: u64,
    with_faults: bool,
}

/// What a run has found.
#[derive(Debug)]
struct Outcome {
    counts: Counts,
    revocations: u64,
    faults: u64,
    /// How long revocations took, sorted.
    durations: Vec<Duration>,
}

impl Outcome {
    fn percentile(&self, percent: usize) -> Duration {
        self.durations[(self.durations.len() - 1) * percent / 100]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_check_is_allowed_after_its_revocation_under_faults() {
    let outcome = run(Run {
        revocations: revocations(150),
        keep: Duration::ZERO,
        seed: seed(),
        with_faults: true,
    })
    .await;
    println!(
        "{} revocations, {} faults, {:?}, p50 {:?}, p99 {:?}",
        outcome.revocations,
        outcome.faults,
        outcome.counts,
        outcome.percentile(50),
        outcome.percentile(99)
    );
    assert_eq!(
        outcome.counts.violations, 0,
        "a revoked key was allowed: {outcome:?}"
    );
    assert!(
        outcome.counts.accepted > 1_000 && outcome.counts.denied > 1_000,
        "the verifiers must have checked keys: {outcome:?}"
    );
    assert!(
        outcome.faults > 5 && outcome.counts.unavailable > 0,
        "the faults must have had an effect: {outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_with_a_time_to_live_is_found_by_the_same_checks() {
    let outcome = run(Run {
        revocations: 30,
        keep: Duration::from_secs(1),
        seed: 1,
        with_faults: false,
    })
    .await;
    assert!(
        outcome.counts.violations > 0,
        "checks that cannot fail prove nothing: {outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn healthy_verifiers_are_never_unavailable() {
    let outcome = run(Run {
        revocations: 100,
        keep: Duration::ZERO,
        seed: 1,
        with_faults: false,
    })
    .await;
    assert_eq!(
        (outcome.counts.violations, outcome.counts.unavailable),
        (0, 0),
        "neither a wrong decision nor a missing one is due to a healthy server: {outcome:?}"
    );
}

/// Returns how many revocations to run: `KEYSTILE_FLEET_REVOCATIONS`, or the default.
fn revocations(default: u64) -> u64 {
    let variable = std::env::var("KEYSTILE_FLEET_REVOCATIONS").ok();
    variable
        .and_then(|number| number.parse().ok())
        .unwrap_or(default)
}

/// Returns the seed of the faults: `KEYSTILE_FLEET_SEED`, or a random one, which is printed.
fn seed() -> u64 {
    let variable = std::env::var("KEYSTILE_FLEET_SEED").ok();
    let seed = variable
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(rand::random);
    println!("KEYSTILE_FLEET_SEED={seed}");
    seed
}

async fn run(run: Run) -> Outcome {
    let server = PostgresServer::start();
    let database = TestDatabase::create_on(&server);
    // The revoker follows a failover, too.
    let proxy = PausingProxy::start(database.address());
    let url = database.url_at(proxy.address());
    let fleet = Arc::new(Fleet::create_at(database, &url).await);
    let keys = fleet.issue(KEYS).await;
    let texts: Vec<_> = keys.iter().map(|key| key.text.as_str()).collect();
    std::fs::write(fleet.path("keys"), texts.join("\n")).expect("a file");
    let generations = Generations::create(&fleet.path("generations"), KEYS);
    let replicas = REPLICAS.map(|name| ReplicaProcess::start(&fleet, name, run.keep));
    let replicas = Arc::new(Mutex::new(replicas));
    // The first checks verify each secret by Argon2id.
    wait_until(|| {
        lock(&replicas)
            .iter()
            .all(|replica| replica.counts().accepted > 500)
    })
    .await;
    let is_done = Arc::new(AtomicBool::new(false));
    let faults = Arc::new(AtomicU64::new(0));
    let breaking = std::thread::spawn({
        let (replicas, is_done) = (Arc::clone(&replicas), Arc::clone(&is_done));
        let (fleet, faults) = (Arc::clone(&fleet), Arc::clone(&faults));
        let mut breaker = Breaker {
            server,
            proxy,
            replicas,
            fleet,
            random: StdRng::seed_from_u64(run.seed),
        };
        move || {
            while run.with_faults && !is_done.load(Ordering::Relaxed) {
                breaker.break_something();
                faults.fetch_add(1, Ordering::Relaxed);
            }
            breaker
        }
    });
    let mut durations = Vec::new();
    for number in 0..run.revocations {
        let index = number as usize % KEYS;
        let generation = 2 * (number / KEYS as u64) as u32;
        let began = Instant::now();
        set_state(&fleet, &keys[index], State::Disabled).await;
        durations.push(began.elapsed());
        generations.set(index, generation + 1);
        // So that several checks find the key revoked.
        tokio::time::sleep(Duration::from_millis(5)).await;
        generations.set(index, generation + 2);
        set_state(&fleet, &keys[index], State::Active).await;
    }
    is_done.store(true, Ordering::Relaxed);
    let breaker = tokio::task::spawn_blocking(move || breaking.join().expect("a thread"))
        .await
        .expect("joined");
    // The last reports.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let mut counts = Counts::default();
    for replica in lock(&replicas).iter() {
        counts.add(replica.counts());
    }
    drop(breaker);
    durations.sort();
    Outcome {
        counts,
        revocations: run.revocations,
        faults: faults.load(Ordering::Relaxed),
        durations,
    }
}

/// Changes the state of a key, and tries again until the change has returned.
async fn set_state(fleet: &Fleet, key: &Key, state: State) {
    loop {
        match fleet.set_state(&fleet.store, key.id, state).await {
            Ok(_) => return,
            Err(
                StoreError::Busy
                | StoreError::Failed { .. }
                | StoreError::Postgres(
                    PostgresError::Unreachable { .. }
                    | PostgresError::UnknownOutcome
                    | PostgresError::Standby,
                ),
            ) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => panic!("a change must succeed after a fault: {error:?}"),
        }
    }
}

/// Causes faults, one after another.
struct Breaker {
    server: PostgresServer,
    proxy: PausingProxy,
    replicas: Arc<Mutex<[ReplicaProcess; 3]>>,
    fleet: Arc<Fleet>,
    random: StdRng,
}

impl Breaker {
    fn break_something(&mut self) {
        std::thread::sleep(self.duration(20..300));
        let pause = self.duration(50..2_500);
        let index = self.random.random_range(0..REPLICAS.len());
        match self.random.random_range(0..16) {
            0..=2 => lock(&self.replicas)[index].restart(&self.fleet),
            3..=6 => {
                lock(&self.replicas)[index].suspend();
                std::thread::sleep(pause);
                lock(&self.replicas)[index].resume();
            }
            7..=9 => {
                lock(&self.replicas)[index].proxy.pause();
                std::thread::sleep(pause);
                lock(&self.replicas)[index].proxy.resume();
            }
            10 | 11 => lock(&self.replicas)[index].proxy.cut(),
            12 => {
                self.server.terminate_backends();
            }
            13 => {
                self.server.stop();
                std::thread::sleep(pause / 4);
                self.server.restart();
            }
            14 => {
                self.server.crash();
                std::thread::sleep(pause / 4);
                self.server.restart();
            }
            _ => self.fail_over(),
        }
    }

    /// Promotes a synchronous standby after a crash.
    fn fail_over(&mut self) {
        let standby = self.server.start_synchronous_standby();
        std::thread::sleep(self.duration(50..300));
        self.server.crash();
        standby.promote();
        for replica in lock(&self.replicas).iter() {
            replica.proxy.redirect(standby.address());
        }
        self.proxy.redirect(standby.address());
        self.server = standby;
    }

    fn duration(&mut self, millis: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.random.random_range(millis))
    }
}

fn lock<T>(replicas: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    replicas.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn wait_until(mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "the verifiers must check keys");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
