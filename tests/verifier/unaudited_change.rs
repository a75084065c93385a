//! Changes by another program without an audit row. PostgreSQL rejects them.

use crate::fixture::VerifierFixture;

#[tokio::test]
async fn change_without_an_audit_row_is_seen() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    fixture.run_sql("UPDATE keys SET state = 'revoked'").await;
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "without audit rows, all rows must be read again"
    );
}

#[tokio::test]
async fn revocation_by_another_program_is_seen_before_an_own_commit() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    fixture.run_sql("UPDATE keys SET state = 'revoked'").await;
    fixture.issue_key().await;
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "audit rows that do not account for every commit must drop the cache"
    );
}
