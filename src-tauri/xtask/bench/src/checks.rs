//! The checks: warm, refused, and the first one of a key in a process; and the floors below them. Processor time, because
//! it hardly changes with what else the machine does.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use keystile_keys::{DenyReason, Permission, PlainKey, ProofMemory, SecretHash, os_random};
use keystile_verifier::{Verification, Verifier};
use rustix::time::{ClockId, clock_gettime};
use sha2::Sha256;

use crate::keys::{Cost, Filled, NOW, made_up, with_other_secret};
use crate::rows::{RUNS, Row};

/// What the row is called that the peer's figures stand beside.
pub(crate) const ACCEPTED: &str = "accepted, 1000 keys";
/// Checks in one run.
const CHECKS: usize = 200_000;

/// Processor time of all threads of this process.
struct Spent(f64);

impl Spent {
    fn now() -> Self {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Self(time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3)
    }

    /// Microseconds since.
    fn micros(&self) -> f64 {
        Self::now().0 - self.0
    }
}

/// Microseconds an act, over so many of them.
fn timed(acts: usize, mut act: impl FnMut(usize)) -> f64 {
    let begun = Spent::now();
    for number in 0..acts {
        act(number);
    }
    begun.micros() / acts as f64
}

/// What every check does at least: look at the change counter, and prove that the secret is the one that was tagged.
pub(crate) fn floors() -> Vec<Row> {
    let file = tempfile::tempfile().expect("a file");
    file.set_len(4_096).expect("a page");
    let mut bytes = [0_u8; 10];
    let pread = (0..RUNS).map(|_| {
        timed(CHECKS, |_| {
            #[cfg(unix)]
            rustix::io::pread(&file, &mut bytes, 18).expect("read");
            black_box(&bytes);
        })
    });
    let pread = Row::new("floor: pread of ten bytes", "µs", pread.collect());
    let keyed = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("a key");
    let mac = (0..RUNS).map(|_| {
        timed(CHECKS, |number| {
            let mut mac = keyed.clone();
            mac.update(&[(number % 251) as u8; 32]);
            black_box(mac.finalize());
        })
    });
    vec![
        pread,
        Row::new("floor: HMAC-SHA-256 of a secret", "µs", mac.collect()),
    ]
}

/// Keys that this process has proven, and texts that are refused, in a store of so many keys.
pub(crate) async fn warm(count: usize) -> Vec<Row> {
    let filled = Filled::with(count, Cost::Little).await;
    let verifier = Verifier::open(&filled.path()).await.expect("a verifier");
    for text in &filled.texts {
        let verification = check(&verifier, &filled, text).await;
        assert!(
            verification.is_accepted(),
            "a key that is not accepted is not what is measured"
        );
    }
    let few = count <= 1_000;
    let mut accepted = Vec::new();
    for _ in 0..RUNS {
        accepted.push(run(&verifier, &filled, &shuffled(&filled.texts), None).await);
    }
    let mut rows = vec![
        Row::new(format!("accepted, {count} keys"), "µs", accepted).at_most(if few {
            0.7
        } else {
            1.5
        }),
    ];
    if few {
        let malformed: Vec<_> = filled.texts.iter().map(|text| mistyped(text)).collect();
        let forged: Vec<_> = filled
            .texts
            .iter()
            .map(|text| with_other_secret(text, &filled.prefix))
            .collect();
        let unknown: Vec<_> = (0..10_000).map(|_| made_up(&filled.prefix)).collect();
        let before = verifier.metrics().argon2_runs;
        for (what, texts, refusal, goal) in [
            ("refused: malformed", malformed, DenyReason::InvalidKey, 0.2),
            (
                "refused: another secret",
                forged,
                DenyReason::UnknownKey,
                0.8,
            ),
            ("refused: unknown id", unknown, DenyReason::UnknownKey, 0.8),
        ] {
            let mut runs = Vec::new();
            // Ids are known by the filter once it is built; the first round waits for it.
            run(&verifier, &filled, &texts, Some(refusal)).await;
            for _ in 0..RUNS {
                runs.push(run(&verifier, &filled, &texts, Some(refusal)).await);
            }
            rows.push(Row::new(what, "µs", runs).at_most(goal));
        }
        assert_eq!(
            verifier.metrics().argon2_runs,
            before,
            "nothing refused here may cost an Argon2id"
        );
    }
    rows
}

async fn run(
    verifier: &Verifier,
    filled: &Filled,
    texts: &[String],
    refusal: Option<DenyReason>,
) -> f64 {
    let begun = Spent::now();
    for number in 0..CHECKS {
        let verification = check(verifier, filled, &texts[number % texts.len()]).await;
        assert_eq!(verification.reason(), refusal, "measured something else");
    }
    begun.micros() / CHECKS as f64
}

async fn check(verifier: &Verifier, filled: &Filled, text: &str) -> Verification {
    verifier
        .verify(black_box(text), &filled.environment, Permission::Write, NOW)
        .await
        .expect("an answer")
}

/// The first check of a key in a process, beside one Argon2id of the same parameters.
pub(crate) async fn first() -> Vec<Row> {
    let filled = Filled::with(RUNS, Cost::Real).await;
    let verifier = Verifier::open(&filled.path()).await.expect("a verifier");
    let plain = PlainKey::generate(&filled.prefix, &mut os_random()).expect("a key");
    let hash: SecretHash = plain.secret().hash(&mut os_random()).expect("a hash");
    let mut alone = Vec::new();
    let mut checked = Vec::new();
    for text in &filled.texts {
        let one = timed(1, |_| {
            assert!(
                hash.verify(plain.secret(), &mut ProofMemory::default())
                    .expect("a hash"),
                "its own secret"
            );
        });
        let begun = Spent::now();
        let verification = check(&verifier, &filled, text).await;
        let check = begun.micros();
        assert!(verification.is_accepted(), "a good key");
        alone.push(one / 1_000.0);
        checked.push(check / 1_000.0);
    }
    let ratio = Row::new("first check of a key", "ms", checked);
    let floor = Row::new("one Argon2id", "ms", alone);
    let goal = floor.median * 1.2;
    vec![floor, ratio.at_most((goal * 100.0).round() / 100.0)]
}

/// In an order that no cache line is ready for.
fn shuffled(texts: &[String]) -> Vec<String> {
    let mut order: Vec<_> = (0..texts.len()).collect();
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    for at in (1..order.len()).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        order.swap(at, (seed % (at as u64 + 1)) as usize);
    }
    order.into_iter().map(|at| texts[at].clone()).collect()
}

/// Its last character is another one.
fn mistyped(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}
