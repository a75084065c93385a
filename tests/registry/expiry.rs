//! When keys expire: choices and limits, exactness, free names, and clocks that are set back.

use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Stage, State, Timestamp};
use keystile_registry::{EnvironmentChanges, EnvironmentInput, Expiry, IssueRequest, KeyChanges};
use keystile_store::{KeyFilter, KeyQuery};

use crate::fixture::{MAIN_WINDOW, TestApp, environment_input, issue_request, result_code};
use crate::manual_clock::ManualClock;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn set_lifetimes(
    app: &TestApp,
    environment: EnvironmentId,
    default: Option<u32>,
    max: Option<u32>,
) -> String {
    let changes = EnvironmentChanges {
        default_days: Some(default),
        max_days: Some(max),
        ..EnvironmentChanges::default()
    };
    result_code(app.registry.edit_environment(&environment, &changes).await)
}

/// Issues and copies a key with this expiry.
async fn key(app: &TestApp, environment: EnvironmentId, name: &str, expiry: Expiry) -> KeyId {
    let request = IssueRequest {
        expiry,
        ..issue_request(environment, name)
    };
    let prompt = app.registry.issue(MAIN_WINDOW, &request).await;
    let prompt = prompt.expect("a key");
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    prompt.key.id
}

async fn listed_state(app: &TestApp, key: KeyId) -> State {
    let found = app.registry.find_keys(&[key]).await.expect("keys");
    found[0].state
}

#[tokio::test]
async fn new_key_expires_as_its_environment_says() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let production = app.create_environment("prod", Stage::Production).await;
    let staging = app.create_environment("staging", Stage::Staging).await;
    let after = |days: u32| Some(clock.now().saturating_add(DAY * days));
    for (environment, expiry, expected) in [
        (production, Expiry::Default, after(90)),
        (production, Expiry::Never, None),
        (staging, Expiry::Default, None),
        (staging, Expiry::Days(7), after(7)),
    ] {
        let id = key(&app, environment, &format!("{expiry:?}"), expiry).await;
        assert_eq!(app.key_row(id).await.expires_at, expected, "{expiry:?}");
    }
    assert_eq!(set_lifetimes(&app, staging, None, Some(10)).await, "done");
    let id = key(&app, staging, "limited", Expiry::Default).await;
    assert_eq!(app.key_row(id).await.expires_at, after(10));
    let never = key(&app, staging, "7 days", Expiry::Days(7)).await;
    assert_eq!(app.key_row(never).await.expires_at, after(7));
}

#[tokio::test]
async fn expiry_outside_the_limits_is_rejected() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let unlimited = key(&app, environment, "unlimited", Expiry::Never).await;
    for (default, max, code) in [
        (Some(0), None, "invalid_lifetime"),
        (Some(3_651), None, "invalid_lifetime"),
        (Some(31), Some(30), "invalid_lifetime"),
        (Some(30), Some(30), "done"),
    ] {
        let edited = set_lifetimes(&app, environment, default, max).await;
        assert_eq!(edited, code, "{default:?} {max:?}");
    }
    let issue = async |expiry| {
        let request = IssueRequest {
            expiry,
            ..issue_request(environment, "ci")
        };
        result_code(app.registry.issue(MAIN_WINDOW, &request).await)
    };
    let now = clock.now();
    assert_eq!(issue(Expiry::Never).await, "expiry_too_late");
    assert_eq!(issue(Expiry::Days(31)).await, "expiry_too_late");
    assert_eq!(issue(Expiry::At(now)).await, "expiry_in_past");
    assert_eq!(app.count_audit("key.issued").await, 1, "no key was issued");
    assert_eq!(
        app.key_row(unlimited).await.expires_at,
        None,
        "a limit is not imposed on existing keys"
    );
    let rename = KeyChanges {
        name: Some("renamed".to_owned()),
        ..KeyChanges::default()
    };
    let renamed = app.registry.edit_key(unlimited, &rename).await;
    assert_eq!(result_code(renamed), "done", "nor by another edit");
}

#[tokio::test]
async fn key_expires_at_its_millisecond_without_a_write() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let id = key(&app, environment, "ci", Expiry::Days(1)).await;
    clock.advance(DAY - Duration::from_millis(1));
    let commit = app.last_commit().await;
    assert_eq!(listed_state(&app, id).await, State::Active);
    clock.advance(Duration::from_millis(1));
    assert_eq!(listed_state(&app, id).await, State::Expired);
    let query = |filter| KeyQuery {
        filter,
        ..KeyQuery::default()
    };
    for (filter, total) in [
        (KeyFilter::Usable, 0),
        (KeyFilter::Expiring, 0),
        (KeyFilter::Ended, 1),
    ] {
        let page = app.registry.list_keys(&environment, &query(filter)).await;
        let page = page.expect("a list");
        assert_eq!(
            (page.total, page.keys.len()),
            (total, total as usize),
            "{filter:?}"
        );
        assert_eq!((page.counts.active, page.counts.ended), (0, 1));
    }
    app.registry.sweep().await.expect("a sweep");
    assert_eq!(
        app.last_commit().await,
        commit,
        "nothing was written: a clock that was wrong for a time must end no key for good"
    );
    key(&app, environment, "CI", Expiry::Never).await;
    assert_eq!(
        app.count_audit("key.expired").await,
        1,
        "the name of an expired key is free"
    );
    let check = app.registry.store().check_audit().await.expect("a check");
    assert!(check.is_intact(), "{check:?}");
}

#[tokio::test]
async fn expired_key_stays_expired_and_its_name_is_free() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let id = key(&app, environment, "ci", Expiry::Days(1)).await;
    let extend = KeyChanges {
        expiry: Some(Expiry::Days(30)),
        ..KeyChanges::default()
    };
    clock.advance(DAY / 2);
    let extended = app.registry.edit_key(id, &extend).await;
    assert_eq!(
        extended.expect("extended").expires_at,
        Some(clock.now().saturating_add(DAY * 30))
    );
    clock.advance(DAY * 30);
    for code in [
        result_code(app.registry.edit_key(id, &extend).await),
        result_code(app.registry.enable_key(id).await),
        result_code(app.registry.disable_key(id, None).await),
    ] {
        assert_eq!(code, "invalid_key_state");
    }
    let second = key(&app, environment, "CI", Expiry::Default).await;
    assert_eq!(
        app.registry
            .find_key(&environment, "ci")
            .await
            .expect("a key")
            .map(|key| key.id),
        Some(second)
    );
    assert_eq!(app.key_row(id).await.state, State::Expired);
}

#[tokio::test]
async fn clock_that_is_set_back_revives_no_key() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let id = key(&app, environment, "ci", Expiry::Days(1)).await;
    clock.advance(DAY * 2);
    app.registry.store().latest_time().observe(clock.now());
    app.registry.store().latest_time().remember(clock.now());
    let commit = app.last_commit().await;
    clock.set_back(DAY * 2);
    assert_eq!(listed_state(&app, id).await, State::Expired);
    // Another process, which has never seen the later time.
    let second = app.second_instance_with_clock(clock.clock()).await;
    assert_eq!(listed_state(&second, id).await, State::Expired);
    assert_eq!(
        app.last_commit().await,
        commit,
        "the latest time is not in the database"
    );
}

#[tokio::test]
async fn damaged_file_of_the_latest_time_is_replaced() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let path = app.store_path().join(keystile_store::LATEST_TIME_FILE);
    std::fs::write(&path, "soon").expect("a file");
    let second = app.second_instance_with_clock(clock.clock()).await;
    let latest = second.registry.store().latest_time();
    assert_eq!(latest.get(), Timestamp::from_millis(0));
    latest.observe(clock.now());
    latest.remember(clock.now());
    let text = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(text, format!("{:020}\n", clock.now().as_millis()));
}

#[tokio::test]
async fn expiring_keys_are_listed_with_the_next_one_first() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    for (name, expiry) in [
        ("in 30 days", Expiry::Days(30)),
        ("in 31 days", Expiry::Days(31)),
        ("in 7 days", Expiry::Days(7)),
        ("never", Expiry::Never),
    ] {
        key(&app, environment, name, expiry).await;
    }
    let query = KeyQuery {
        filter: KeyFilter::Expiring,
        sort: keystile_store::KeySort::Expiry,
        is_descending: false,
        ..KeyQuery::default()
    };
    let page = app.registry.list_keys(&environment, &query).await;
    let page = page.expect("a list");
    let names: Vec<_> = page.keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["in 7 days", "in 30 days"]);
    assert_eq!((page.total, page.counts.expiring), (2, 2));
}

#[tokio::test]
async fn new_environment_has_the_lifetimes_that_were_entered() {
    let app = TestApp::new().await;
    let project = app.registry.create_project("Shop", None).await;
    let project = project.expect("a project").project.id;
    for (name, stage, default, max, expected) in [
        ("a", Stage::Production, None, None, Some((Some(90), None))),
        ("b", Stage::Staging, None, None, Some((None, None))),
        (
            "c",
            Stage::Production,
            None,
            Some(30),
            Some((Some(30), Some(30))),
        ),
        ("d", Stage::Production, Some(None), None, Some((None, None))),
        (
            "e",
            Stage::Staging,
            Some(Some(7)),
            Some(14),
            Some((Some(7), Some(14))),
        ),
        ("f", Stage::Staging, Some(Some(15)), Some(14), None),
        ("g", Stage::Staging, Some(Some(0)), None, None),
    ] {
        let input = EnvironmentInput {
            default_days: default,
            max_days: max,
            ..environment_input(name, stage)
        };
        let created = app.registry.create_environment(&project, &input).await;
        let lifetimes = created.ok().map(|row| (row.default_days, row.max_days));
        assert_eq!(lifetimes, expected, "{name}");
    }
}

#[tokio::test]
async fn next_expiring_keys_are_returned_up_to_a_limit_and_all_are_counted() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let mut ids = Vec::new();
    for days in [3, 1, 2, 8] {
        let name = format!("in {days} days");
        ids.push(key(&app, environment, &name, Expiry::Days(days)).await);
    }
    app.registry
        .disable_key(ids[0], None)
        .await
        .expect("disabled");
    let listed = async |limit| {
        let keys = app.registry.expiring_keys(DAY * 7, limit).await;
        let keys = keys.expect("keys");
        let names = keys.first.into_iter().map(|key| key.name);
        (names.collect::<Vec<_>>(), keys.count)
    };
    let all = ["in 1 days", "in 2 days", "in 3 days"].map(str::to_owned);
    for limit in [None, Some(3), Some(4)] {
        assert_eq!(listed(limit).await, (all.to_vec(), 3), "{limit:?}");
    }
    assert_eq!(listed(Some(2)).await, (all[..2].to_vec(), 3));
    app.registry.revoke(ids[2], None).await.expect("revoked");
    clock.advance(DAY);
    let left = vec!["in 3 days".to_owned(), "in 8 days".to_owned()];
    assert_eq!(listed(None).await, (left, 2), "the others have ended");
}
