//! Environments are found by id and by name, as current as keys.

use crate::fixture::VerifierFixture;

#[tokio::test]
async fn environment_is_found_by_id_and_by_name_in_any_case() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    for reference in [fixture.environment.as_str(), "Shop/Staging", "shop/STAGING"] {
        let found = verifier
            .environment(reference)
            .await
            .expect("a decision")
            .expect(reference);
        assert_eq!(found.id, fixture.environment);
        assert_eq!((&*found.name, &*found.project_name), ("Staging", "Shop"));
        assert_eq!(found.prefix, fixture.prefix);
        assert_eq!(found.endpoint.as_deref(), Some("http://localhost:8000"));
    }
    for reference in [
        "",
        "/",
        "staging",
        "shop/",
        "shop/production",
        "0123456789ab",
    ] {
        let found = verifier.environment(reference).await.expect("a decision");
        assert!(found.is_none(), "{reference}");
    }
    let long = "a/".repeat(100_000);
    assert!(
        verifier
            .environment(&long)
            .await
            .expect("a decision")
            .is_none()
    );
}

#[tokio::test]
async fn renamed_project_is_found_by_new_name_on_next_lookup() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let is_there = async |reference: &str| {
        let found = verifier.environment(reference).await;
        found.expect("a decision").is_some()
    };
    assert!(is_there("shop/staging").await);
    assert!(!is_there("store/staging").await);
    fixture
        .registry
        .rename_project(&fixture.project, "Store")
        .await
        .expect("renamed");
    assert!(is_there("store/staging").await);
    assert!(!is_there("shop/staging").await);
    let verification = verifier
        .identify(&key.text, crate::fixture::NOW)
        .await
        .expect("a decision");
    let key = verification.key().expect("key info");
    assert_eq!(key.project_name, "Store");
}

#[tokio::test]
async fn environment_reference_with_two_slashes_finds_nothing() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    fixture.create_environment("eu", "ks_eu").await;
    for reference in ["shop/eu/west", "shop/", "/eu", "shop", "shop//eu"] {
        let found = verifier.environment(reference).await.expect("a decision");
        assert_eq!(
            found.map(|found| found.id),
            None,
            "{reference}: names contain no slash"
        );
    }
}
