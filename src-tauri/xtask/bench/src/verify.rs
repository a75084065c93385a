//! Key verification in process: cached keys, rejected keys, the first use of a key, and the minimum cost of each. It
//! measures processor time, which other load on the machine changes little.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use keystile_keys::{
    DenyReason, EnvironmentId, Permission, PlainKey, ProofMemory, SecretHash, os_random,
};
use keystile_verifier::{Verification, Verifier};
use rustix::time::{ClockId, clock_gettime};
use sha2::Sha256;

use crate::measurement::{Measurement, RUNS};
use crate::test_store::{HashCost, NOW, TestStore, forged_key, unissued_key};

/// The measurement that better-auth is compared with.
pub(crate) const ACCEPTED: &str = "accepted, 1000 keys";
/// Verifications per run.
const VERIFICATIONS: usize = 200_000;

/// Processor time of all threads of this process, in microseconds.
struct CpuTime(f64);

impl CpuTime {
    fn now() -> Self {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Self(time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3)
    }

    /// Returns the microseconds since then.
    fn micros(&self) -> f64 {
        Self::now().0 - self.0
    }
}

/// Calls `operation` `count` times and returns the microseconds per call.
fn time_per_call(count: usize, mut operation: impl FnMut(usize)) -> f64 {
    let start = CpuTime::now();
    for number in 0..count {
        operation(number);
    }
    start.micros() / count as f64
}

/// Measures what each verification does at least: read the change counter, and compute the tag of a secret.
pub(crate) fn minimum_cost() -> Vec<Measurement> {
    let file = tempfile::tempfile().expect("a file");
    file.set_len(4_096).expect("a page");
    let mut bytes = [0_u8; 10];
    let pread = (0..RUNS).map(|_| {
        time_per_call(VERIFICATIONS, |_| {
            #[cfg(unix)]
            rustix::io::pread(&file, &mut bytes, 18).expect("read");
            black_box(&bytes);
        })
    });
    let pread = Measurement::new("minimum: pread of ten bytes", "µs", pread.collect());
    let keyed = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("a key");
    let mac = (0..RUNS).map(|_| {
        time_per_call(VERIFICATIONS, |number| {
            let mut mac = keyed.clone();
            mac.update(&[(number % 251) as u8; 32]);
            black_box(mac.finalize());
        })
    });
    vec![
        pread,
        Measurement::new("minimum: HMAC-SHA-256 of a secret", "µs", mac.collect()),
    ]
}

/// Measures keys that this process has verified before and, in a small store, texts that it rejects.
pub(crate) async fn cached(count: usize) -> Vec<Measurement> {
    let store = TestStore::with(count, HashCost::Minimal).await;
    let verifier = Verifier::open(&store.path()).await.expect("a verifier");
    let is_small = count <= 1_000;
    let accepted = accepted(&verifier, &store.environment, &store.texts).await;
    let mut rows =
        vec![
            Measurement::new(format!("accepted, {count} keys"), "µs", accepted)
                .at_most(if is_small { 0.7 } else { 1.5 }),
        ];
    if is_small {
        let malformed: Vec<_> = store.texts.iter().map(|text| mistype(text)).collect();
        let forged: Vec<_> = store
            .texts
            .iter()
            .map(|text| forged_key(text, &store.prefix))
            .collect();
        let unknown: Vec<_> = (0..10_000).map(|_| unissued_key(&store.prefix)).collect();
        let before = verifier.metrics().argon2_runs;
        for (label, texts, reason, goal) in [
            (
                "rejected: malformed",
                malformed,
                DenyReason::InvalidKey,
                0.2,
            ),
            (
                "rejected: another secret",
                forged,
                DenyReason::UnknownKey,
                0.8,
            ),
            ("rejected: unknown id", unknown, DenyReason::UnknownKey, 0.8),
        ] {
            let mut runs = Vec::new();
            // Not measured: the filter of ids may still be building.
            measure(&verifier, &store.environment, &texts, Some(reason)).await;
            for _ in 0..RUNS {
                runs.push(measure(&verifier, &store.environment, &texts, Some(reason)).await);
            }
            rows.push(Measurement::new(label, "µs", runs).at_most(goal));
        }
        assert_eq!(
            verifier.metrics().argon2_runs,
            before,
            "rejecting a key must not run Argon2id"
        );
    }
    rows
}

/// Verifies valid keys, and then measures it: microseconds of processor time for one, for each run.
pub(crate) async fn accepted(
    verifier: &Verifier,
    environment: &EnvironmentId,
    texts: &[String],
) -> Vec<f64> {
    for text in texts {
        let verification = verify(verifier, environment, text).await;
        assert!(verification.is_accepted(), "only valid keys are measured");
    }
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(measure(verifier, environment, &shuffle(texts), None).await);
    }
    runs
}

async fn measure(
    verifier: &Verifier,
    environment: &EnvironmentId,
    texts: &[String],
    reason: Option<DenyReason>,
) -> f64 {
    let start = CpuTime::now();
    for number in 0..VERIFICATIONS {
        let verification = verify(verifier, environment, &texts[number % texts.len()]).await;
        assert_eq!(verification.reason(), reason, "another reason was measured");
    }
    start.micros() / VERIFICATIONS as f64
}

async fn verify(verifier: &Verifier, environment: &EnvironmentId, text: &str) -> Verification {
    verifier
        .verify(black_box(text), environment, Permission::Write, NOW)
        .await
        .expect("a verification")
}

/// Measures the first verification of a key in a process, and one Argon2id with the same parameters.
pub(crate) async fn first_use() -> Vec<Measurement> {
    let store = TestStore::with(RUNS, HashCost::Real).await;
    let verifier = Verifier::open(&store.path()).await.expect("a verifier");
    let plain = PlainKey::generate(&store.prefix, &mut os_random()).expect("a key");
    let hash: SecretHash = plain.secret().hash(&mut os_random()).expect("a hash");
    let mut argon2 = Vec::new();
    let mut verified = Vec::new();
    for text in &store.texts {
        let hash_time = time_per_call(1, |_| {
            assert!(
                hash.verify(plain.secret(), &mut ProofMemory::default())
                    .expect("a hash"),
                "the hash of this secret"
            );
        });
        let start = CpuTime::now();
        let verification = verify(&verifier, &store.environment, text).await;
        let verify_time = start.micros();
        assert!(verification.is_accepted(), "a valid key");
        argon2.push(hash_time / 1_000.0);
        verified.push(verify_time / 1_000.0);
    }
    let first = Measurement::new("first use of a key", "ms", verified);
    let argon2 = Measurement::new("one Argon2id", "ms", argon2);
    let goal = argon2.median * 1.2;
    vec![argon2, first.at_most((goal * 100.0).round() / 100.0)]
}

/// Returns the texts in random order, so that the processor cannot prefetch.
fn shuffle(texts: &[String]) -> Vec<String> {
    let mut order: Vec<_> = (0..texts.len()).collect();
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    for index in (1..order.len()).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        order.swap(index, (seed % (index as u64 + 1)) as usize);
    }
    order
        .into_iter()
        .map(|index| texts[index].clone())
        .collect()
}

/// Changes the last character.
fn mistype(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}
