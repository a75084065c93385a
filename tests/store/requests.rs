//! The request log in a file of its own.

use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Permission, Timestamp, os_random};
use keystile_policy::Access;
use keystile_store::{
    LoggedRequest, REQUESTS_FILE, RequestFile, RequestFilter, RequestKeyFilter, RequestRange,
    RequestRecord, RequestSource, RequestWord, Store,
};

use crate::temp_store::{NOW, TempStore, last_commit, mode};

pub(crate) fn environment() -> EnvironmentId {
    EnvironmentId::generate(&mut os_random()).expect("an id")
}

/// Returns an allowed request whose path is its number.
pub(crate) fn record(environment: EnvironmentId, number: u32) -> RequestRecord {
    RequestRecord {
        time: Timestamp::from_millis(NOW.as_millis() + i64::from(number)),
        environment,
        source: RequestSource::Gateway,
        method: "GET".into(),
        path: format!("/{number}"),
        status: Some(200),
        duration: Duration::from_micros(1_234),
        client: "192.0.2.7".parse().ok(),
        key: None,
        access: Access::Key(Permission::Read),
        access_reason: Some("default for its method".into()),
        removed_headers: None,
        allowed: true,
        code: "allowed".into(),
    }
}

pub(crate) async fn add(temp: &TempStore, records: &[RequestRecord]) {
    let file = RequestFile::open(&temp.store_path()).await.expect("a file");
    file.add(records).await.expect("written");
    file.close().await;
}

pub(crate) async fn list(
    store: &Store,
    environment: EnvironmentId,
    filter: &RequestFilter,
    range: RequestRange,
    limit: u32,
) -> Vec<LoggedRequest> {
    store
        .list_requests(&environment, filter, range, limit)
        .await
        .expect("requests")
}

pub(crate) fn paths(requests: &[LoggedRequest]) -> Vec<&str> {
    requests
        .iter()
        .map(|request| request.record.path.as_str())
        .collect()
}

#[tokio::test]
async fn requests_are_read_as_they_were_written() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let all = RequestFilter::default();
    let (one, other) = (environment(), environment());
    assert!(
        list(&store, one, &all, RequestRange::Newest, 10)
            .await
            .is_empty(),
        "without requests there is no file"
    );
    assert!(!temp.store_path().join(REQUESTS_FILE).exists());
    let before = last_commit(&store).await;
    let written = [
        record(one, 1),
        RequestRecord {
            source: RequestSource::Library,
            method: "POST as DELETE".into(),
            status: None,
            client: None,
            key: Some(KeyId::generate(&mut os_random()).expect("an id")),
            access: Access::Open,
            access_reason: None,
            removed_headers: Some("forwarded, x-real-ip".to_owned()),
            allowed: false,
            code: "insufficient_scope".into(),
            ..record(one, 2)
        },
    ];
    add(&temp, &written).await;
    add(&temp, &[record(other, 3)]).await;
    let read = list(&store, one, &all, RequestRange::Newest, 10).await;
    let records: Vec<_> = read.iter().rev().map(|request| &request.record).collect();
    assert_eq!(records, written.iter().collect::<Vec<_>>(), "newest first");
    assert_eq!(
        mode(&temp.store_path().join(REQUESTS_FILE)),
        0o600,
        "other users must not read paths and addresses"
    );
    assert_eq!(
        last_commit(&store).await,
        before,
        "the database of the keys must not change"
    );
}

#[tokio::test]
async fn log_is_read_in_pages_and_followed() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let (one, other) = (environment(), environment());
    let all = RequestFilter::default();
    for number in 0..10 {
        add(&temp, &[record(one, number), record(other, 100 + number)]).await;
    }
    let first = list(&store, one, &all, RequestRange::Newest, 4).await;
    assert_eq!(paths(&first), ["/9", "/8", "/7", "/6"]);
    add(&temp, &[record(one, 10)]).await;
    let before = RequestRange::Before(first[3].id);
    let second = list(&store, one, &all, before, 4).await;
    assert_eq!(
        paths(&second),
        ["/5", "/4", "/3", "/2"],
        "new requests must not move a page"
    );
    let after = RequestRange::After(first[1].id);
    let newer = list(&store, one, &all, after, 10).await;
    assert_eq!(paths(&newer), ["/9", "/10"], "oldest first");
}

#[tokio::test]
async fn log_is_filtered() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let environment = environment();
    let key = KeyId::generate(&mut os_random()).expect("an id");
    add(
        &temp,
        &[
            record(environment, 1),
            RequestRecord {
                key: Some(key),
                path: "/Orders/100%_x".to_owned(),
                ..record(environment, 2)
            },
            RequestRecord {
                method: "DELETE".into(),
                status: Some(403),
                allowed: false,
                code: "insufficient_scope".into(),
                ..record(environment, 3)
            },
        ],
    )
    .await;
    let text = |text: &str| RequestFilter {
        words: RequestWord::split(text),
        ..RequestFilter::default()
    };
    let only = |allowed| RequestFilter {
        allowed: Some(allowed),
        ..RequestFilter::default()
    };
    let with_key = RequestFilter {
        key: RequestKeyFilter::Key(key),
        ..RequestFilter::default()
    };
    let without_key = RequestFilter {
        key: RequestKeyFilter::Without,
        ..RequestFilter::default()
    };
    let by_code = RequestFilter {
        words: vec![RequestWord {
            text: "needs".to_owned(),
            codes: vec!["insufficient_scope".to_owned()],
        }],
        ..RequestFilter::default()
    };
    for (filter, expected) in [
        (
            RequestFilter::default(),
            &["/3", "/Orders/100%_x", "/1"][..],
        ),
        (only(true), &["/Orders/100%_x", "/1"]),
        (only(false), &["/3"]),
        (with_key, &["/Orders/100%_x"]),
        (text("orders"), &["/Orders/100%_x"]),
        (text("%_X"), &["/Orders/100%_x"]),
        (text("delete"), &["/3"]),
        (text("403"), &["/3"]),
        (text("192.0.2.7 get"), &["/Orders/100%_x", "/1"]),
        (text("orders delete"), &[]),
        (without_key, &["/3", "/1"]),
        (by_code, &["/3"]),
        (text(&key.as_str()[3..]), &["/Orders/100%_x"]),
        (text("nothing"), &[]),
    ] {
        let found = list(&store, environment, &filter, RequestRange::Newest, 10).await;
        assert_eq!(paths(&found), expected, "{filter:?}");
        let page = store.request_page(&environment, &filter, RequestRange::Newest, 1);
        let (_, total) = page.await.expect("a page");
        assert_eq!(total, expected.len() as u64, "{filter:?}");
    }
}
