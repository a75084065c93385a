//! A row that cannot be read makes only its own key unavailable.

use crate::fixture::VerifierFixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_row_fails_only_its_own_key_in_a_batch() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let [first, damaged, last] = [
        fixture.issue_key().await,
        fixture.issue_key().await,
        fixture.issue_key().await,
    ];
    let mut connection = fixture.raw_connection().await;
    sqlx::raw_sql("PRAGMA ignore_check_constraints = ON")
        .execute(&mut connection)
        .await
        .expect("a pragma");
    sqlx::query("UPDATE keys SET state = 'unheard of' WHERE id = ?")
        .bind(damaged.id.as_str())
        .execute(&mut connection)
        .await
        .expect("a damaged row");
    // Presented together, so that one snapshot serves all three.
    let outcomes: [String; 3] = tokio::join!(
        fixture.outcome(&verifier, &first.text),
        fixture.outcome(&verifier, &damaged.text),
        fixture.outcome(&verifier, &last.text),
    )
    .into();
    assert_eq!(
        outcomes,
        ["accepted", "database_failed", "accepted"],
        "other keys of the batch are readable"
    );
    sqlx::query("UPDATE keys SET state = 'active' WHERE id = ?")
        .bind(damaged.id.as_str())
        .execute(&mut connection)
        .await
        .expect("a repaired row");
    assert_eq!(
        fixture.outcome(&verifier, &damaged.text).await,
        "accepted",
        "a failure must not be cached"
    );
}
