//! Requests are logged without blocking, in batches, by every process on a store.

use std::time::{Duration, Instant};

use keystile_keys::{Permission, Timestamp};
use keystile_policy::Access;
use keystile_store::{REQUESTS_FILE, RequestFilter, RequestRange};
use keystile_verifier::{RequestRecord, RequestSource, Verifier};

use crate::fixture::{NOW, VerifierFixture};

/// Logs a request with this path, allowed or denied. Returns whether there was a permit for it.
fn log_as(fixture: &VerifierFixture, verifier: &Verifier, number: u32, allowed: bool) -> bool {
    let Some(permit) = verifier.log_permit(allowed) else {
        return false;
    };
    permit.log(RequestRecord {
        time: Timestamp::from_millis(NOW.as_millis() + i64::from(number)),
        environment: fixture.environment,
        source: RequestSource::Service,
        method: "GET".into(),
        path: format!("/{number}"),
        status: Some(200),
        duration: Duration::ZERO,
        client: None,
        key: None,
        access: Access::Key(Permission::Read),
        access_reason: None,
        removed_headers: None,
        allowed,
        code: "allowed".into(),
    });
    true
}

fn log(fixture: &VerifierFixture, verifier: &Verifier, number: u32) {
    log_as(fixture, verifier, number, true);
}

/// Returns the paths of the logged requests, oldest first.
async fn logged(fixture: &VerifierFixture) -> Vec<String> {
    let requests = fixture
        .store
        .list_requests(
            &fixture.environment,
            &RequestFilter::default(),
            RequestRange::After(0),
            20_000,
        )
        .await;
    let requests = requests.expect("requests").into_iter();
    requests.map(|request| request.record.path).collect()
}

async fn wait_for(fixture: &VerifierFixture, expected: &[&str]) {
    let started = Instant::now();
    while logged(fixture).await != expected {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{:?} instead of {expected:?}",
            logged(fixture).await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn requests_are_written_within_seconds_and_by_a_dropped_verifier() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    log(&fixture, &verifier, 1);
    wait_for(&fixture, &["/1"]).await;
    log(&fixture, &verifier, 2);
    drop(verifier);
    wait_for(&fixture, &["/1", "/2"]).await;
}

#[tokio::test]
async fn verifiers_share_the_log() {
    let fixture = VerifierFixture::new().await;
    let verifiers = [fixture.open_verifier().await, fixture.open_verifier().await];
    for number in 0..10 {
        log(&fixture, &verifiers[number as usize % 2], number);
    }
    let [first, second] = &verifiers;
    let (one, other) = tokio::join!(first.flush(), second.flush());
    one.and(other).expect("written");
    let mut paths = logged(&fixture).await;
    paths.sort_unstable();
    let expected: Vec<_> = (0..10).map(|number| format!("/{number}")).collect();
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn flood_of_allowed_requests_is_bounded_counted_and_hides_no_denied_one() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    // Faster than the permits are renewed, or the test proves nothing.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (fixture, verifier) = (&fixture, &verifier);
            scope.spawn(move || {
                for number in 0..1_000 {
                    log(fixture, verifier, number * 4 + thread);
                }
            });
        }
    });
    assert!(
        log_as(&fixture, &verifier, 4_000, false),
        "denied requests have permits of their own"
    );
    verifier.flush_requests().await.expect("written");
    let paths = logged(&fixture).await;
    let lost = verifier.metrics().unlogged_requests;
    assert_eq!(paths.len() as u64 + lost, 4_001, "none is lost silently");
    assert!(paths.iter().any(|path| path == "/4000"), "the denied one");
    assert!(lost >= 2_000, "a burst is bounded: {lost} lost");
}

#[tokio::test]
async fn requests_are_logged_again_after_a_flood() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    // Taken by requests that never get a response.
    let permits: Vec<_> = std::iter::from_fn(|| verifier.log_permit(true)).collect();
    assert!(permits.len() >= 1_000, "{} permits", permits.len());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(
        !log_as(&fixture, &verifier, 0, true),
        "the first request wakes the task"
    );
    let started = Instant::now();
    while !log_as(&fixture, &verifier, 1, true) {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "permits must be renewed although nothing is written"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    wait_for(&fixture, &["/1"]).await;
}

#[tokio::test]
async fn frequent_flushes_do_not_use_up_the_permits() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    // More than a burst, each with a pause that is too short for a new permit.
    for number in 0..1_500 {
        if !log_as(&fixture, &verifier, number, true) {
            panic!("request {number} got no permit, although {number} ms have passed");
        }
        verifier.flush_requests().await.expect("written");
        tokio::time::sleep(Duration::from_micros(1_100)).await;
    }
}

#[tokio::test]
async fn failing_log_affects_no_decision_and_recovers() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let path = fixture.store_path().join(REQUESTS_FILE);
    std::fs::write(&path, "no database at all").expect("written");
    log(&fixture, &verifier, 1);
    verifier.flush_requests().await.expect_err("not written");
    verifier.flush().await.expect("usage counts are written");
    assert_eq!(verifier.metrics().unlogged_requests, 1);
    let verification = verifier
        .verify(&key.text, &fixture.environment, Permission::Read, NOW)
        .await;
    assert!(verification.expect("a decision").is_accepted());
    assert_eq!(
        std::fs::read(&path).expect("a file"),
        b"no database at all",
        "the file may belong to another program"
    );
    std::fs::remove_file(&path).expect("removed");
    log(&fixture, &verifier, 2);
    verifier.flush_requests().await.expect("written");
    assert_eq!(logged(&fixture).await, ["/2"]);
}

#[tokio::test]
async fn verifier_without_request_log_writes_none() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture
        .open_verifier_with(Verifier::builder().request_log(false))
        .await;
    assert!(!verifier.logs_requests());
    assert!(!log_as(&fixture, &verifier, 1, true), "there is no permit");
    verifier.shutdown().await.expect("nothing to write");
    assert!(!fixture.store_path().join(REQUESTS_FILE).exists());
}

#[tokio::test]
async fn verifier_without_requests_creates_no_file() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    verifier.shutdown().await.expect("nothing to write");
    assert!(
        !fixture.store_path().join(REQUESTS_FILE).exists(),
        "a check such as `keystile verify` must leave the store as it is"
    );
}
