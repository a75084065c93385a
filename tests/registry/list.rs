//! Lists: pages, order, filters, search and counts.

use keystile_keys::{EnvironmentId, KeyId, Stage, State, Timestamp};
use keystile_store::{KeyCounts, KeyFilter, KeyPage, KeyQuery, KeySort, LastUse};

use crate::fixture::{MAIN_WINDOW, TestApp};

/// Inserts `count` keys, named “key 1” and so on, each created later than the one before.
async fn insert_keys(app: &TestApp, environment: EnvironmentId, count: u32) {
    app.run_sql(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at)
         SELECT substr(CAST(1000000000000 + i AS text), 2), '{environment}', 'Key ' || i, 'key ' || i, 'read', 'active', i
           FROM n"
    ))
    .await;
}

async fn list(app: &TestApp, environment: EnvironmentId, query: KeyQuery) -> KeyPage {
    let page = app.registry.list_keys(&environment, &query).await;
    page.expect("a list")
}

fn names(page: &KeyPage) -> Vec<&str> {
    page.keys.iter().map(|key| &*key.name).collect()
}

#[tokio::test]
async fn pages_contain_every_key_once() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    insert_keys(&app, environment, 5_000).await;
    for is_descending in [true, false] {
        let mut seen = Vec::new();
        for offset in (0..5_000).step_by(700) {
            let query = KeyQuery {
                is_descending,
                offset,
                limit: Some(700),
                ..KeyQuery::default()
            };
            let page = list(&app, environment, query).await;
            assert_eq!(page.total, 5_000, "the total includes other pages");
            seen.extend(page.keys.into_iter().map(|key| key.created_at.as_millis()));
        }
        let mut expected: Vec<i64> = (1..=5_000).collect();
        if is_descending {
            expected.reverse();
        }
        assert_eq!(seen, expected, "in the order of creation");
    }
    let all = app.registry.all_keys(&environment).await.expect("a list");
    assert_eq!(all.len(), 5_000, "a list without limit has all keys");
}

#[tokio::test]
async fn position_of_a_key_is_its_place_in_the_whole_list() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    insert_keys(&app, environment, 300).await;
    let key: KeyId = "000000000120".parse().expect("an id");
    let by_name = KeyQuery {
        sort: KeySort::Name,
        is_descending: false,
        offset: 50,
        limit: Some(10),
        ..KeyQuery::default()
    };
    let by_use = KeyQuery {
        sort: KeySort::LastUsed,
        ..KeyQuery::default()
    };
    let disabled = KeyQuery {
        filter: KeyFilter::Disabled,
        ..KeyQuery::default()
    };
    for (query, expected) in [
        (KeyQuery::default(), Some(180)),
        (by_name, Some(119)),
        (by_use, Some(180)),
        (disabled, None),
    ] {
        let position = app.registry.key_position(&environment, &query, key).await;
        assert_eq!(position.expect("a position"), expected, "{query:?}");
    }
    let unknown: KeyId = "zzzzzzzzzzzz".parse().expect("an id");
    let found = app.registry.find_keys(&[unknown, key]).await;
    let names: Vec<_> = found
        .expect("keys")
        .into_iter()
        .map(|key| key.name)
        .collect();
    assert_eq!(names, ["Key 120"], "an unknown key is left out");
}

#[tokio::test]
async fn names_are_sorted_by_the_numbers_in_them() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    insert_keys(&app, environment, 12).await;
    let query = KeyQuery {
        sort: KeySort::Name,
        is_descending: false,
        offset: 8,
        limit: Some(3),
        ..KeyQuery::default()
    };
    let page = list(&app, environment, query).await;
    assert_eq!(names(&page), ["Key 9", "Key 10", "Key 11"]);
}

#[tokio::test]
async fn search_finds_words_of_names_and_parts_of_ids() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let other = app.active_key(environment, "deploy (production)").await;
    let id = app.active_key(environment, "Straße reader").await;
    let search = async |text: &str| {
        let search = text.to_owned();
        let query = KeyQuery {
            search,
            ..KeyQuery::default()
        };
        let page = list(&app, environment, query).await;
        let ids: Vec<KeyId> = page.keys.iter().map(|key| key.id).collect();
        assert_eq!(
            page.total,
            ids.len() as u64,
            "{text}: the total is of matches"
        );
        ids
    };
    assert_eq!(
        search("STRASSE").await,
        [id],
        "names are compared case-folded"
    );
    assert_eq!(search("reader stra").await, [id], "all words, in any order");
    assert_eq!(
        search("reader production").await,
        [],
        "all words must occur"
    );
    assert_eq!(search("%").await, [], "there are no wildcards");
    assert_eq!(search("reader\0").await, [], "no name contains NUL");
    assert_eq!(search(id.as_str()).await, [id]);
    assert_eq!(
        search(&format!("_{}", &id.as_str().to_lowercase()[..6])).await,
        [id]
    );
    let start = &id.as_str()[..6];
    assert_eq!(search(&format!("ks_staging_{start}")).await, [id]);
    assert_eq!(search(&format!("AGING_{start}")).await, [id]);
    assert_eq!(
        search(&format!("x_{start}")).await,
        [],
        "the part before the id must end the prefix"
    );
    assert_eq!(
        search("ks_stag reader").await,
        [id],
        "every id has the prefix"
    );
    assert_eq!(
        search("  ").await,
        [id, other],
        "blank text finds everything"
    );
}

#[tokio::test]
async fn search_for_whole_key_finds_its_id() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let issued = app.issue_key(environment, "ci").await;
    app.copy_key(&issued).await;
    app.active_key(environment, "other").await;
    let text = issued.plain.as_ref().expect("its text");
    let query = KeyQuery {
        search: format!(" {}\n", text.as_str()),
        ..KeyQuery::default()
    };
    let page = list(&app, environment, query).await;
    assert_eq!(names(&page), ["ci"]);
}

#[tokio::test]
async fn filters_select_states_and_counts_include_all() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "active").await;
    let disabled = app.active_key(environment, "disabled").await;
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    let pending = app.issue_key(environment, "pending").await;
    app.registry
        .save(MAIN_WINDOW, &pending.ticket)
        .await
        .expect("saved");
    let saved = app.issue_key(environment, "saved").await;
    app.registry
        .save(MAIN_WINDOW, &saved.ticket)
        .await
        .expect("saved");
    app.copy_key(&saved).await;
    app.registry
        .disable_key(saved.key.id, None)
        .await
        .expect("disabled");
    for (filter, expected) in [
        (
            KeyFilter::All,
            &["active", "saved", "disabled", "revoked"][..],
        ),
        (KeyFilter::Usable, &["active", "saved", "disabled"]),
        (KeyFilter::Active, &["active"]),
        (KeyFilter::Disabled, &["saved", "disabled"]),
        (KeyFilter::Ended, &["revoked"]),
        (KeyFilter::InKeychain, &["saved"]),
    ] {
        let query = KeyQuery {
            filter,
            sort: KeySort::State,
            is_descending: false,
            ..KeyQuery::default()
        };
        let page = list(&app, environment, query).await;
        assert_eq!(names(&page), expected, "{filter:?}");
        assert_eq!(page.total, expected.len() as u64, "{filter:?}");
        let counts = KeyCounts {
            active: 1,
            disabled: 2,
            ended: 1,
            expiring: 0,
        };
        assert_eq!(page.counts, counts, "{filter:?}: counts ignore the filter");
    }
}

#[tokio::test]
async fn keys_are_sorted_by_last_use() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let often = app.active_key(environment, "often").await;
    app.active_key(environment, "never").await;
    let rarely = app.active_key(environment, "rarely").await;
    let query = KeyQuery {
        sort: KeySort::LastUsed,
        ..KeyQuery::default()
    };
    let page = list(&app, environment, query.clone()).await;
    assert_eq!(
        names(&page),
        ["rarely", "never", "often"],
        "without usage, by creation"
    );
    let usage = app.usage_writer().await;
    let last_use = |key, at| LastUse {
        key,
        at: Timestamp::from_millis(at),
        client: None,
    };
    let last_uses = [last_use(often, 9_000), last_use(rarely, 1_000)];
    usage.add(&[], &last_uses, &[]).await.expect("written");
    let page = list(&app, environment, query).await;
    assert_eq!(names(&page), ["often", "rarely", "never"]);
}

#[tokio::test]
async fn list_contains_ended_keys_and_no_pending_keys() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "active").await;
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    let discarded = app.issue_key(environment, "discarded").await;
    app.registry
        .discard(MAIN_WINDOW, &discarded.ticket)
        .await
        .expect("discarded");
    app.issue_key(environment, "pending").await;
    let mut states: Vec<State> = app
        .registry
        .all_keys(&environment)
        .await
        .expect("a list")
        .into_iter()
        .map(|key| key.state)
        .collect();
    states.sort_unstable();
    assert_eq!(states, [State::Active, State::Revoked, State::Discarded]);
    let projects = app.registry.list_projects().await.expect("projects");
    assert_eq!((projects[0].environments, projects[0].active_keys), (1, 1));
}

#[tokio::test]
async fn pages_of_recently_used_keys_are_parts_of_the_whole_list() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    insert_keys(&app, environment, 300).await;
    let other = app.create_environment("other", Stage::Staging).await;
    let elsewhere = app.active_key(other, "used most recently").await;
    let whole = KeyQuery {
        sort: KeySort::LastUsed,
        ..KeyQuery::default()
    };
    let keys = list(&app, environment, whole.clone()).await.keys;
    let usage = app.usage_writer().await;
    // Seven keys of each time, and fifty that were never used.
    let last_uses: Vec<_> = (0..)
        .zip(keys.iter().skip(50).map(|key| key.id))
        .map(|(number, key)| (key, number % 36))
        .chain([(elsewhere, 99)])
        .map(|(key, at)| LastUse {
            key,
            at: Timestamp::from_millis(at),
            client: None,
        })
        .collect();
    usage.add(&[], &last_uses, &[]).await.expect("written");
    let whole_list = list(&app, environment, whole.clone()).await;
    for (offset, limit) in [(0, 10), (3, 7), (200, 30), (230, 30), (290, 30), (300, 5)] {
        let page = KeyQuery {
            offset,
            limit: Some(limit),
            ..whole.clone()
        };
        let page = list(&app, environment, page).await;
        let expected: Vec<_> = names(&whole_list)
            .into_iter()
            .skip(offset as usize)
            .take(limit as usize)
            .collect();
        assert_eq!(names(&page), expected, "{limit} keys after {offset}");
        assert_eq!(page.total, 300);
    }
}
