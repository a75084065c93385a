//! In WAL mode the header does not show commits, so the verifier rejects all requests.

use keystile_tests::diagnostic::{error_code, error_help};

use crate::fixture::VerifierFixture;

#[tokio::test]
async fn database_in_wal_mode_rejects_all_requests_until_switched_back() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let mut foreign = fixture.raw_connection().await;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL")
        .fetch_one(&mut foreign)
        .await
        .expect("a pragma");
    assert_eq!(mode, "wal");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "database_wal");
    let error = verifier.ready().await.expect_err("not ready");
    assert_eq!(error_code(&error), "database_wal");
    assert!(error_help(&error).contains("journal_mode"));
    // A commit that the header does not show.
    sqlx::query("UPDATE keys SET state = 'revoked'")
        .execute(&mut foreign)
        .await
        .expect("a change");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "database_wal");
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut foreign)
        .await
        .expect("a pragma");
    assert_eq!(mode, "delete");
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "commits in WAL mode are seen"
    );
}
