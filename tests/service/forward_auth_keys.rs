//! Tests of forward-auth responses to rejected and misplaced keys.

use crate::fixture::ServiceFixture;
use crate::forward_auth::{PROXIES, send_subrequest};

#[tokio::test]
async fn rejected_keys_get_identical_responses() {
    let fixture = ServiceFixture::new().await;
    let mut forged = fixture.read_key.text.clone();
    forged.replace_range(
        forged.len() - 1..,
        if forged.ends_with('0') { "1" } else { "0" },
    );
    let revoked = fixture.write_key.text.clone();
    fixture.revoke_key(fixture.write_key.id).await;
    for proxy in PROXIES {
        let mut replies = Vec::new();
        for key in [
            revoked.as_str(),
            &forged,
            "nonsense",
            &fixture.other_environment_key.text,
        ] {
            let reply = send_subrequest(&fixture, proxy, "GET", &format!("X-API-KEY: {key}")).await;
            assert_eq!((reply.status, reply.code().as_str()), (401, "key_rejected"));
            let challenge = reply.header("www-authenticate").expect("a challenge");
            assert!(
                challenge.contains("error=\"invalid_token\""),
                "RFC 6750, 3.1: {challenge}"
            );
            replies.push(reply.body);
        }
        replies.dedup();
        assert_eq!(replies.len(), 1, "clients must not learn the reason");
        let reply = send_subrequest(&fixture, proxy, "GET", "Accept: */*").await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "missing_key"));
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Bearer realm=\"keystile\""),
            "RFC 6750: no error code without credentials"
        );
    }
}

#[tokio::test]
async fn request_with_multiple_or_misplaced_keys_is_rejected() {
    let fixture = ServiceFixture::new().await;
    let (reader, writer) = (&fixture.read_key.text, &fixture.write_key.text);
    for proxy in PROXIES {
        let rejected_status = if proxy == "nginx" { 401 } else { 400 };
        let same = format!("X-API-KEY: {reader}\r\nAuthorization: Bearer {reader}");
        assert_eq!(
            send_subrequest(&fixture, proxy, "GET", &same).await.status,
            200,
            "the same key in both headers is accepted"
        );
        let other_scheme = format!("X-API-KEY: {reader}\r\nAuthorization: Basic YTpi");
        assert_eq!(
            send_subrequest(&fixture, proxy, "GET", &other_scheme)
                .await
                .status,
            200,
            "another scheme belongs to the API"
        );
        for (lines, code) in [
            (
                format!("X-API-KEY: {reader}\r\nAuthorization: Bearer {writer}"),
                "multiple_keys",
            ),
            (
                format!("X-API-KEY: {reader}\r\nX-API-KEY: {reader}"),
                "multiple_keys",
            ),
            (
                format!("Authorization: Bearer {reader}\r\nAuthorization: Basic YTpi"),
                "multiple_keys",
            ),
            (
                format!("Authorization: Bearer {reader} {writer}"),
                "malformed_authorization",
            ),
            (
                "Authorization: Bearer".to_owned(),
                "malformed_authorization",
            ),
            (
                format!("X-Forwarded-Uri: /orders?api_key={reader}"),
                "key_in_url",
            ),
            (
                format!("X-Forwarded-Uri: /orders?q={reader}\r\nX-API-KEY: {reader}"),
                "key_in_url",
            ),
        ] {
            let reply = send_subrequest(&fixture, proxy, "GET", &lines).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (rejected_status, code),
                "{proxy}: {code}"
            );
            assert!(
                !reply.body.contains(reader.as_str()),
                "an error never repeats a key"
            );
            assert!(
                reply
                    .header("www-authenticate")
                    .is_some_and(|challenge| challenge.contains("invalid_request")),
                "RFC 6750, 3.1"
            );
        }
        let api_parameter = format!("X-Forwarded-Uri: /orders?key=color\r\nX-API-KEY: {reader}");
        assert_eq!(
            send_subrequest(&fixture, proxy, "GET", &api_parameter)
                .await
                .status,
            200,
            "a parameter called key belongs to the API"
        );
    }
}
