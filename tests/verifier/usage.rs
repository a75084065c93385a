//! Usage is counted without blocking, and written apart from the keys.

use std::io::Write;
use std::net::IpAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use keystile_keys::{KeyId, Permission, Permissions, State, Timestamp};
use keystile_store::{UsageWriter, UseCount};
use keystile_tests::database_faults::UnwritableUsage;
use keystile_tests::raw_connection::RawConnection;
use keystile_tests::temp_store::last_commit;
use keystile_verifier::Verifier;

use crate::fixture::{NOW, VerifierFixture};

async fn use_key(
    fixture: &VerifierFixture,
    verifier: &Verifier,
    text: &str,
    permission: Permission,
    now: Timestamp,
) {
    let verification = verifier
        .verify(text, &fixture.environment, permission, now)
        .await
        .expect("a decision");
    let client: IpAddr = "192.0.2.7".parse().expect("an address");
    verifier.record(&verification, permission, Some(client), now);
}

async fn usage_connection(fixture: &VerifierFixture) -> RawConnection {
    // Creates a missing usage file, as the first count does.
    let writer = UsageWriter::open(&fixture.store).await.expect("the counts");
    writer.close().await;
    fixture.temp().usage_connection().await
}

async fn counts(fixture: &VerifierFixture, key: KeyId) -> Vec<UseCount> {
    let mut connection = usage_connection(fixture).await;
    let rows: Vec<(i64, String, i64, i64)> = connection
        .fetch_all(&format!(
            "SELECT hour, permission, allowed, denied FROM uses WHERE key_id = '{key}' ORDER BY hour DESC, permission"
        ))
        .await;
    rows.into_iter()
        .map(|(hour, permission, allowed, denied)| UseCount {
            key,
            hour: Timestamp::from_millis(hour),
            permission: if permission == "write" {
                Permission::Write
            } else {
                Permission::Read
            },
            allowed: allowed.unsigned_abs(),
            denied: denied.unsigned_abs(),
        })
        .collect()
}

/// Returns time and address of the last use of a key.
async fn last_use(fixture: &VerifierFixture, key: KeyId) -> (i64, Option<String>) {
    let mut connection = usage_connection(fixture).await;
    let rows = connection
        .fetch_all(&format!(
            "SELECT last_at, last_client FROM totals WHERE key_id = '{key}'"
        ))
        .await;
    rows.into_iter().next().expect("the last use")
}

#[tokio::test]
async fn uses_are_counted_by_key_hour_and_permission() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture
        .issue_key_with_state(State::Active, Permissions::READ)
        .await;
    let later = Timestamp::from_millis(NOW.as_millis() + 3_600_000);
    for _ in 0..3 {
        use_key(&fixture, &verifier, &key.text, Permission::Read, NOW).await;
    }
    use_key(&fixture, &verifier, &key.text, Permission::Write, NOW).await;
    use_key(&fixture, &verifier, &key.text, Permission::Read, later).await;
    use_key(&fixture, &verifier, "no key", Permission::Read, later).await;
    verifier.flush_usage().await.expect("written");
    use_key(&fixture, &verifier, &key.text, Permission::Read, later).await;
    verifier.flush_usage().await.expect("written");

    let counted: Vec<_> = counts(&fixture, key.id)
        .await
        .into_iter()
        .map(|count| (count.hour, count.permission, count.allowed, count.denied))
        .collect();
    let (hour, next) = (UseCount::start_of_hour(NOW), UseCount::start_of_hour(later));
    assert_eq!(
        counted,
        [
            (next, Permission::Read, 2, 0),
            (hour, Permission::Read, 3, 0),
            (hour, Permission::Write, 0, 1),
        ]
    );
    assert_eq!(
        last_use(&fixture, key.id).await,
        (later.as_millis(), Some("192.0.2.7".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_of_several_threads_are_summed() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let verification = verifier
        .verify(&key.text, &fixture.environment, Permission::Read, NOW)
        .await
        .expect("a decision");
    std::thread::scope(|scope| {
        for thread in 0..20 {
            let (verifier, verification) = (&verifier, &verification);
            scope.spawn(move || {
                for use_number in 0..50 {
                    let at = Timestamp::from_millis(NOW.as_millis() + thread + use_number);
                    verifier.record(verification, Permission::Read, None, at);
                }
            });
        }
    });
    verifier.flush_usage().await.expect("written");
    let counted: Vec<_> = counts(&fixture, key.id).await;
    assert_eq!(
        counted
            .iter()
            .map(|count| count.allowed)
            .collect::<Vec<_>>(),
        [1_000],
        "no count is lost or written twice"
    );
    assert_eq!(
        last_use(&fixture, key.id).await.0,
        NOW.as_millis() + 19 + 49,
        "the last use is the latest of all threads"
    );
}

#[tokio::test]
async fn counting_does_not_wait_for_writers_of_keys() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let before = last_commit(&fixture.store).await;
    use_key(&fixture, &verifier, &key.text, Permission::Read, NOW).await;
    // A write transaction on the keys must not block counting.
    let write = fixture.store.write().await.expect("a transaction");
    verifier.flush_usage().await.expect("written");
    drop(write);
    assert_eq!(last_commit(&fixture.store).await, before);
    assert_eq!(counts(&fixture, key.id).await.len(), 1);
}

#[tokio::test]
async fn verifiers_add_to_the_same_counts() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let verifiers = [fixture.open_verifier().await, fixture.open_verifier().await];
    for verifier in &verifiers {
        for _ in 0..5 {
            use_key(&fixture, verifier, &key.text, Permission::Read, NOW).await;
        }
    }
    let [first, second] = &verifiers;
    let (one, other) = tokio::join!(first.flush_usage(), second.flush_usage());
    one.and(other).expect("written");
    assert_eq!(counts(&fixture, key.id).await[0].allowed, 10);
}

#[tokio::test]
async fn counts_that_cannot_be_written_are_kept() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let fault = UnwritableUsage::new(fixture.temp()).await;
    use_key(&fixture, &verifier, &key.text, Permission::Read, NOW).await;
    verifier.flush_usage().await.expect_err("not written");
    use_key(&fixture, &verifier, &key.text, Permission::Read, NOW).await;
    fault.end().await;
    verifier.flush_usage().await.expect("written");
    assert_eq!(counts(&fixture, key.id).await[0].allowed, 2);
}

#[tokio::test]
async fn dropped_verifier_writes_its_counts() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let verifier = fixture.open_verifier().await;
    use_key(&fixture, &verifier, &key.text, Permission::Read, NOW).await;
    drop(verifier);
    let started = Instant::now();
    while counts(&fixture, key.id).await.is_empty() {
        assert!(started.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn crash_loses_less_than_15_s_of_counts_and_no_key() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let mut crashing = fixture
        .temp()
        .command(env!("CARGO_BIN_EXE_count_usage"))
        .arg(NOW.as_millis().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("another process");
    let mut input = crashing.stdin.take().expect("its input");
    input.write_all(key.text.as_bytes()).expect("the key");
    drop(input);
    let started = Instant::now();
    while counts(&fixture, key.id).await.is_empty() {
        assert!(
            started.elapsed() < Duration::from_secs(15),
            "counts are written at least every 15 s"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    crashing.kill().expect("killed");
    crashing.wait().expect("ended");
    assert!(counts(&fixture, key.id).await[0].allowed > 10);
    let verifier = fixture.open_verifier().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
}
