//! The request log as the window reads it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use keystile_keys::{Permission, Timestamp};
use keystile_policy::Access;
use keystile_store::{RequestFile, RequestRecord, RequestSource};
use serde_json::{Value, json};

use super::{OWN, Program, call};

/// Returns the folder below `folder` that contains the database.
fn store_in(folder: &Path) -> Option<PathBuf> {
    if folder.join("keystile.db").exists() {
        return Some(folder.to_owned());
    }
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .find_map(|path| store_in(&path))
}

fn record(environment: &str, number: i64) -> RequestRecord {
    RequestRecord {
        time: Timestamp::from_millis(number),
        environment: environment.parse().expect("an id"),
        source: RequestSource::Service,
        method: "GET".into(),
        path: format!("/{number}"),
        status: None,
        duration: Duration::from_micros(1_500),
        client: "192.0.2.7".parse().ok(),
        key: None,
        access: Access::Key(Permission::Read),
        access_reason: None,
        removed_headers: None,
        allowed: number % 2 == 0,
        code: "allowed".into(),
    }
}

#[test]
fn window_pages_through_requests_of_all_processes() {
    let program = Program::new();
    let window = program.window("main");
    let environment = json!({
        "name": "staging", "stage": "staging", "prefix": null, "endpoint": null, "keyLocation": null,
    });
    let created = call(
        &window,
        OWN,
        "create_project",
        json!({"name": "Acme Shop", "environment": environment}),
    )
    .expect("a project");
    let environment = created["environment"]["id"].as_str().expect("an id");
    let list = |query: Value| {
        let arguments = json!({"environmentId": environment, "query": query});
        call(&window, OWN, "list_requests", arguments)
    };
    let paths = |page: &Value| -> Vec<String> {
        let requests = page["requests"].as_array().expect("requests").iter();
        requests
            .map(|request| request["path"].as_str().expect("a path").to_owned())
            .collect()
    };
    let empty = list(json!({})).expect("a page");
    assert_eq!(
        empty,
        json!({"requests": [], "hasMore": false, "total": 0, "unlogged": 0})
    );

    let store = store_in(program.data.path()).expect("a store");
    let records: Vec<_> = (0..5).map(|number| record(environment, number)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let file = RequestFile::open(&store).await.expect("a file");
        file.add(&records).await.expect("written");
        file.close().await;
    });
    let first = list(json!({"limit": 2})).expect("a page");
    assert_eq!(
        (paths(&first), &first["hasMore"]),
        (vec!["/4".into(), "/3".into()], &json!(true))
    );
    let request = &first["requests"][0];
    assert_eq!(
        request,
        &json!({
            "id": request["id"], "at": 4, "source": "service", "method": "GET", "path": "/4", "status": null,
            "milliseconds": 1.5, "client": "192.0.2.7", "keyId": null, "keyName": null, "access": "read",
            "accessReason": null, "removedHeaders": null, "allowed": true, "code": "allowed",
        })
    );
    let last = &first["requests"][1]["id"];
    let second = list(json!({"limit": 3, "before": last})).expect("a page");
    assert_eq!(paths(&second), ["/2", "/1", "/0"]);
    assert_eq!(second["hasMore"], false);
    let newer =
        list(json!({"after": second["requests"][1]["id"], "allowed": false})).expect("a page");
    assert_eq!(paths(&newer), ["/3"], "newest first");
    let found = list(json!({"words": [{"text": "/2", "codes": []}]})).expect("a page");
    assert_eq!(
        (paths(&found), &found["total"]),
        (vec!["/2".into()], &json!(1))
    );
    let without_key = list(json!({"withoutKey": true, "limit": 1})).expect("a page");
    assert_eq!(without_key["total"], 5, "regardless of the limit");
    let keys = call(
        &window,
        OWN,
        "list_request_keys",
        json!({"environmentId": environment}),
    );
    assert_eq!(keys.expect("keys"), json!([]));
    for query in [
        json!({"keyId": "no id"}),
        json!({"limit": -1}),
        json!({"x": 1}),
    ] {
        assert!(list(query.clone()).is_err(), "{query}");
    }
}
