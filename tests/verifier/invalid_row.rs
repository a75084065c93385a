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
    let allow_invalid_states = match fixture.temp().is_postgres() {
        true => "ALTER TABLE keys DROP CONSTRAINT keys_state_check",
        false => "PRAGMA ignore_check_constraints = ON",
    };
    fixture
        .run_sql(&format!(
            "{allow_invalid_states}; UPDATE keys SET state = 'unheard of' WHERE id = '{}'",
            damaged.id
        ))
        .await;
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
    fixture
        .run_sql(&format!(
            "UPDATE keys SET state = 'active' WHERE id = '{}'",
            damaged.id
        ))
        .await;
    assert_eq!(
        fixture.outcome(&verifier, &damaged.text).await,
        "accepted",
        "a failure must not be cached"
    );
}
