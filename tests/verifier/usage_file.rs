//! The usage file.

use keystile_store::USAGE_FILE;
use keystile_tests::temp_store::mode;

use crate::fixture::{NOW, VerifierFixture};

#[tokio::test]
async fn usage_file_is_private() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let verification = verifier.identify(&key.text, NOW).await.expect("a decision");
    verifier.record(&verification, keystile_keys::Permission::Read, None, NOW);
    verifier.flush_usage().await.expect("written");
    assert_eq!(
        mode(&fixture.store_path().join(USAGE_FILE)),
        0o600,
        "other users must not read addresses of clients"
    );
}
