//! A verifier that has not been given the install key of a store on PostgreSQL.

use keystile_store::audit_rows;

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id};

#[tokio::test]
async fn verifier_without_the_install_key_proves_each_key_and_writes_no_tag() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(3, HashCost::Cheap).await;
    std::fs::remove_file(fixture.store_path().join("install.key")).expect("removed");
    let verifier = fixture.open_verifier().await;
    for _ in 0..2 {
        for key in &keys {
            assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
            let forged = forge_key_with_id(&fixture.prefix, key.id);
            assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
        }
    }
    drop(verifier);
    let mut connection = fixture.store.read().await.expect("a connection");
    let rows = audit_rows(&mut connection, 0).await.expect("rows");
    assert!(
        rows.iter().all(|row| row.action != "key.tagged"),
        "other programs have the install key, and could not use another tag"
    );
}
