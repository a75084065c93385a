//! Changes of many keys: what a plan says, what its application changes, and what an undo restores.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Duration;

use keystile_keys::{EnvironmentId, KeyId, Stage, State, Timestamp};
use keystile_registry::{
    BulkChange, BulkPlan, BulkResult, EnvironmentChanges, Expiry, KeyChanges, KeySelection,
    RegistryError,
};
use keystile_store::{KeyFilter, KeyQuery, LastUse, Revocation, RevokeReason};

use crate::fixture::{TestApp, result_code};
use crate::manual_clock::ManualClock;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn plan(
    app: &TestApp,
    environment: EnvironmentId,
    keys: &[KeyId],
    change: &BulkChange,
) -> BulkPlan {
    let selection = KeySelection::Keys(keys.to_vec());
    app.registry
        .plan_bulk_change(&environment, &selection, change)
        .await
        .expect("a plan")
}

async fn apply(app: &TestApp, plan: &BulkPlan) -> Result<BulkResult, RegistryError> {
    app.registry
        .apply_bulk_change(plan, None, &|_| ControlFlow::Continue(()))
        .await
}

async fn undo(app: &TestApp, result: BulkResult) -> (usize, usize) {
    let undo = result.undo.expect("a reversible change");
    let undone = app.registry.undo_bulk_change(&undo).await.expect("undone");
    (undone.restored, undone.unchanged)
}

async fn expire_in(app: &TestApp, key: KeyId, days: u32) {
    let changes = KeyChanges {
        expiry: Some(Expiry::Days(days)),
        ..KeyChanges::default()
    };
    app.registry.edit_key(key, &changes).await.expect("edited");
}

/// Adds many active keys with unknown secrets, without their audit rows.
async fn add_many_keys(app: &TestApp, count: u32) {
    app.run_sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at)
           SELECT substr(CAST(1000000000000 + i AS text), 2), (SELECT id FROM environments), 'worker ' || i,
             'worker ' || i, 'read', 'active', i, i FROM n"
    ))
    .await;
}

#[tokio::test]
async fn disabled_keys_are_as_before_after_undo() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let active = app.active_key(environment, "active").await;
    let paused = app.active_key(environment, "paused").await;
    let disabled = app.active_key(environment, "disabled").await;
    let revoked = app.active_key(environment, "revoked").await;
    let registry = &app.registry;
    let pause = Some(2 * MINUTE);
    registry.disable_key(paused, pause).await.expect("paused");
    registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    registry.revoke(revoked, None).await.expect("revoked");
    let before = registry
        .find_keys(&[active, paused, disabled, revoked])
        .await;
    let before = before.expect("keys");

    let keys = [active, paused, disabled, revoked];
    let plan = plan(&app, environment, &keys, &BulkChange::Disable(None)).await;
    assert_eq!(plan.keys, [active, paused]);
    assert_eq!(plan.names, ["active", "paused"]);
    assert_eq!(
        (plan.selected, plan.unchanged, plan.unavailable),
        (4, 1, 1),
        "one is disabled already, one has ended"
    );
    assert!(plan.is_reversible() && plan.required_name.is_none());
    let actions = app.audit_actions().await.len();
    let result = apply(&app, &plan).await.expect("applied");
    assert_eq!((result.changed, result.unchanged), (2, 0));
    for key in [active, paused, disabled] {
        let row = app.key_row(key).await;
        assert_eq!((row.state, row.disabled_until), (State::Disabled, None));
    }
    assert_eq!(
        app.audit_actions().await[actions..],
        ["key.disabled", "key.disabled"],
        "the audit log names each changed key"
    );
    assert_eq!(undo(&app, result).await, (2, 0));
    let after = registry.find_keys(&keys).await.expect("keys");
    assert_eq!(after, before);
    app.audit_actions().await;
}

#[tokio::test]
async fn pause_of_many_keys_enables_no_disabled_key() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let active = app.active_key(environment, "active").await;
    let disabled = app.active_key(environment, "disabled").await;
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    let change = BulkChange::Disable(Some(2 * MINUTE));
    let plan = plan(&app, environment, &[active, disabled], &change).await;
    assert_eq!(plan.keys, [active]);
    apply(&app, &plan).await.expect("applied");
    clock.advance(2 * MINUTE);
    let keys = app
        .registry
        .find_keys(&[active, disabled])
        .await
        .expect("keys");
    assert_eq!(
        [keys[0].state, keys[1].state],
        [State::Active, State::Disabled],
        "a pause must not shorten a longer one"
    );
}

#[tokio::test]
async fn enabled_keys_are_disabled_again_by_undo() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "key").await;
    app.registry.disable_key(key, None).await.expect("disabled");
    let plan = plan(&app, environment, &[key], &BulkChange::Enable).await;
    let result = apply(&app, &plan).await.expect("applied");
    assert_eq!(app.key_state(key).await, State::Active);
    assert_eq!(undo(&app, result).await, (1, 0));
    assert_eq!(app.key_state(key).await, State::Disabled);
    app.audit_actions().await;
}

#[tokio::test]
async fn plan_names_recently_used_keys_most_recent_first() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let mut keys = Vec::new();
    for name in ["old", "older", "recent", "unused"] {
        keys.push(app.active_key(environment, name).await);
    }
    let now = Timestamp::now();
    let last_use = |key, ago| LastUse {
        key,
        at: now.saturating_sub(ago),
        client: None,
    };
    let usage = app.usage_writer().await;
    let uses = [
        last_use(keys[0], 6 * DAY),
        last_use(keys[1], 8 * DAY),
        last_use(keys[2], MINUTE),
    ];
    usage.add(&[], &uses, &[]).await.expect("written");
    usage.close().await;
    let names = async |change: BulkChange| {
        let plan = plan(&app, environment, &keys, &change).await;
        assert_eq!(plan.recently_used_count, Some(plan.recently_used.len()));
        let recent = plan.recently_used.into_iter();
        recent.map(|used| used.name).collect::<Vec<_>>()
    };
    assert_eq!(names(BulkChange::Revoke(None)).await, ["recent", "old"]);
    assert_eq!(names(BulkChange::Disable(None)).await, ["recent", "old"]);
    assert!(
        names(BulkChange::SetOwner("Ada".to_owned()))
            .await
            .is_empty(),
        "a new owner denies no request"
    );
    set_counting_since(&app, now.as_millis() + 1).await;
    let counted_later = plan(&app, environment, &keys, &BulkChange::Revoke(None)).await;
    assert_eq!(
        counted_later.recently_used_count, None,
        "the keys are older than the counts"
    );
}

#[tokio::test]
async fn listed_keys_are_selected_on_all_pages_except_excluded() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    add_many_keys(&app, 1_200).await;
    let selection = KeySelection::Listed {
        query: KeyQuery {
            filter: KeyFilter::Active,
            search: "99".to_owned(),
            limit: Some(10),
            offset: 10,
            ..KeyQuery::default()
        },
        except: vec!["000000000199".parse().expect("an id")],
    };
    let change = BulkChange::Disable(None);
    let plan = app
        .registry
        .plan_bulk_change(&environment, &selection, &change)
        .await
        .expect("a plan");
    // 99, 199 to 1,199, and 990 to 998, without 199.
    assert_eq!((plan.selected, plan.keys.len()), (20, 20));
    app.active_key(environment, "worker 99 issued later").await;
    let result = apply(&app, &plan).await.expect("applied");
    assert_eq!(result.changed, 20, "a plan is about the keys that it named");
    let disabled = KeyQuery {
        filter: KeyFilter::Disabled,
        ..KeyQuery::default()
    };
    let page = app.registry.list_keys(&environment, &disabled).await;
    assert_eq!(page.expect("a page").total, 20);
}

#[tokio::test]
async fn revoking_many_keys_in_production_requires_the_name_of_the_environment() {
    let app = TestApp::new().await;
    let environment = app.create_environment("live", Stage::Production).await;
    let keys = [
        app.active_key(environment, "one").await,
        app.active_key(environment, "two").await,
    ];
    let revocation = Revocation {
        reason: RevokeReason::Leaked,
        note: "in a log".to_owned(),
    };
    let change = BulkChange::Revoke(Some(revocation.clone()));
    let plan = plan(&app, environment, &keys, &change).await;
    assert_eq!(plan.required_name.as_deref(), Some("live"));
    assert!(!plan.is_reversible());
    let go_on = |_| ControlFlow::Continue(());
    for confirmation in [None, Some("one")] {
        let result = app.registry.apply_bulk_change(&plan, confirmation, &go_on);
        assert_eq!(result_code(result.await), "name_required");
        assert_eq!(app.key_state(keys[0]).await, State::Active);
    }
    let result = app
        .registry
        .apply_bulk_change(&plan, Some("live"), &go_on)
        .await;
    let result = result.expect("applied");
    assert!(result.changed == 2 && result.undo.is_none());
    for key in keys {
        let row = app.key_row(key).await;
        assert_eq!(row.state, State::Revoked);
        assert_eq!(row.revocation, Some(revocation.clone()));
    }
    assert_eq!(app.count_audit("key.revoked").await, 2);
}

#[tokio::test]
async fn key_that_was_revoked_since_the_plan_is_left() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let kept = app.active_key(environment, "kept").await;
    let revoked = app.active_key(environment, "revoked").await;
    let plan = plan(
        &app,
        environment,
        &[kept, revoked],
        &BulkChange::Disable(None),
    )
    .await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    let result = apply(&app, &plan).await.expect("applied");
    assert_eq!((result.changed, result.unchanged), (1, 1));
    app.registry.revoke(kept, None).await.expect("revoked");
    assert_eq!(
        undo(&app, result).await,
        (0, 1),
        "an undo must not bring back a revoked key"
    );
    assert_eq!(app.key_state(kept).await, State::Revoked);
}

#[tokio::test]
async fn canceled_change_changes_nothing() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    add_many_keys(&app, 1_200).await;
    let selection = KeySelection::Listed {
        query: KeyQuery::default(),
        except: Vec::new(),
    };
    let change = BulkChange::Revoke(None);
    let plan = app
        .registry
        .plan_bulk_change(&environment, &selection, &change)
        .await
        .expect("a plan");
    let commit = app.last_commit().await;
    let reported = Mutex::new(Vec::new());
    let cancel_at_1000 = |done| {
        reported.lock().expect("no panic").push(done);
        if done < 1_000 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let result = app.registry.apply_bulk_change(&plan, None, &cancel_at_1000);
    assert_eq!(result_code(result.await), "canceled");
    assert_eq!(*reported.lock().expect("no panic"), [500, 1_000]);
    assert_eq!(app.last_commit().await, commit, "all keys change, or none");
    let page = app
        .registry
        .list_keys(&environment, &KeyQuery::default())
        .await;
    assert_eq!(page.expect("a page").counts.active, 1_200);
}

#[tokio::test]
async fn extended_keys_never_expire_earlier() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let never = app.active_key(environment, "never").await;
    let near = app.active_key(environment, "near").await;
    let far = app.active_key(environment, "far").await;
    let in_days = |days: u32| clock.now().saturating_add(DAY * days);
    for (key, days) in [(near, 3), (far, 300)] {
        expire_in(&app, key, days).await;
    }
    let keys = [never, near, far];
    let extend = BulkChange::Extend(Expiry::Days(90));
    let plan = plan(&app, environment, &keys, &extend).await;
    assert_eq!((plan.keys.as_slice(), plan.unchanged), (&[near][..], 2));
    assert_eq!(plan.expires_at(), Some(in_days(90)));
    let result = apply(&app, &plan).await.expect("applied");
    let expiries = async || {
        let rows = app.registry.find_keys(&keys).await.expect("keys");
        rows.iter().map(|key| key.expires_at).collect::<Vec<_>>()
    };
    assert_eq!(
        expiries().await,
        [None, Some(in_days(90)), Some(in_days(300))]
    );
    assert_eq!(undo(&app, result).await, (1, 0));
    assert_eq!(
        expiries().await,
        [None, Some(in_days(3)), Some(in_days(300))]
    );
    app.audit_actions().await;
}

#[tokio::test]
async fn undo_of_an_extension_ends_no_key() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "key").await;
    expire_in(&app, key, 1).await;
    let plan = plan(
        &app,
        environment,
        &[key],
        &BulkChange::Extend(Expiry::Never),
    )
    .await;
    let result = apply(&app, &plan).await.expect("applied");
    clock.advance(2 * DAY);
    assert_eq!(undo(&app, result).await, (0, 1));
    assert_eq!(app.key_row(key).await.expires_at, None);
}

#[tokio::test]
async fn tags_and_owner_of_keys_changed_since_survive_undo() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let plain = app.active_key(environment, "plain").await;
    let tagged = app.active_key(environment, "tagged").await;
    let changes = KeyChanges {
        tags: Some(vec!["CI".to_owned(), "web".to_owned()]),
        ..KeyChanges::default()
    };
    app.registry
        .edit_key(tagged, &changes)
        .await
        .expect("edited");
    let keys = [plain, tagged];
    let tags = async || {
        let rows = app.registry.find_keys(&keys).await.expect("keys");
        rows.into_iter().map(|key| key.tags).collect::<Vec<_>>()
    };
    let add = BulkChange::AddTag("ci".to_owned());
    let added = plan(&app, environment, &keys, &add).await;
    assert_eq!(added.keys, [plain], "a tag is known regardless of case");
    apply(&app, &added).await.expect("applied");
    assert_eq!(tags().await, [vec!["ci"], vec!["CI", "web"]]);
    let remove = BulkChange::RemoveTag("Ci".to_owned());
    let removed = plan(&app, environment, &keys, &remove).await;
    let removed = apply(&app, &removed).await.expect("applied");
    assert_eq!(tags().await, [vec![], vec!["web"]]);

    let owner = BulkChange::SetOwner("  Ada ".to_owned());
    let owned = plan(&app, environment, &keys, &owner).await;
    let owned = apply(&app, &owned).await.expect("applied");
    assert_eq!(app.key_row(plain).await.owner, "Ada");
    let query = KeyQuery {
        search: "ada".to_owned(),
        ..KeyQuery::default()
    };
    let page = app.registry.list_keys(&environment, &query).await;
    assert_eq!(page.expect("a page").total, 2, "owners are searched");
    let changes = KeyChanges {
        owner: Some("Grace".to_owned()),
        ..KeyChanges::default()
    };
    app.registry
        .edit_key(plain, &changes)
        .await
        .expect("edited");
    assert_eq!(
        undo(&app, owned).await,
        (1, 1),
        "the owner of one was changed since"
    );
    assert_eq!(app.key_row(plain).await.owner, "Grace");
    assert_eq!(undo(&app, removed).await, (2, 0), "its tags were not");
    assert_eq!(tags().await, [vec!["ci"], vec!["CI", "web"]]);
    app.audit_actions().await;
}

#[tokio::test]
async fn invalid_change_is_rejected_when_it_is_planned() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "key").await;
    let changes = KeyChanges {
        tags: Some((0..10).map(|number| format!("tag {number}")).collect()),
        ..KeyChanges::default()
    };
    app.registry.edit_key(key, &changes).await.expect("edited");
    let past = Timestamp::from_millis(1);
    for (change, code) in [
        (BulkChange::AddTag("one more".to_owned()), "too_many_tags"),
        (BulkChange::AddTag(" ".to_owned()), "invalid_tag"),
        (BulkChange::Extend(Expiry::At(past)), "expiry_in_past"),
        (BulkChange::Disable(Some(Duration::ZERO)), "invalid_pause"),
        (BulkChange::SetOwner("a\u{7}".to_owned()), "name_characters"),
    ] {
        let selection = KeySelection::Keys(vec![key]);
        let planned = app
            .registry
            .plan_bulk_change(&environment, &selection, &change);
        assert_eq!(result_code(planned.await), code, "{change:?}");
    }
}

#[tokio::test]
async fn unused_keys_are_older_than_the_time_and_not_used_since() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let mut keys = Vec::new();
    for name in ["used", "unused", "disabled", "new", "revoked"] {
        keys.push(app.active_key(environment, name).await);
    }
    let [used, unused, disabled, new, revoked] = keys[..] else {
        panic!("five keys");
    };
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    app.registry.revoke(revoked, None).await.expect("revoked");
    let old = Timestamp::now().saturating_sub(91 * DAY).as_millis();
    app.run_sql(&format!(
        "UPDATE keys SET claimed_at = {old} WHERE id <> '{new}'"
    ))
    .await;
    let usage = app.usage_writer().await;
    let last_use = LastUse {
        key: used,
        at: Timestamp::now().saturating_sub(89 * DAY),
        client: None,
    };
    usage.add(&[], &[last_use], &[]).await.expect("written");
    usage.close().await;
    let selection = KeySelection::Unused(90 * DAY);
    let change = BulkChange::Revoke(None);
    let planned = app
        .registry
        .plan_bulk_change(&environment, &selection, &change);
    assert_eq!(
        result_code(planned.await),
        "usage_unknown",
        "the keys may have been used before the counts began"
    );
    set_counting_since(&app, old).await;
    let plan = app
        .registry
        .plan_bulk_change(&environment, &selection, &change)
        .await
        .expect("a plan");
    let mut planned = plan.keys;
    planned.sort();
    let mut expected = [unused, disabled];
    expected.sort();
    assert_eq!(planned, expected);
}

/// Sets since when uses are counted, in milliseconds.
async fn set_counting_since(app: &TestApp, since: i64) {
    let statement = match app.temp().is_postgres() {
        true => format!("UPDATE deployment SET counting_since = {since}"),
        false => format!("UPDATE counting SET since = {since}"),
    };
    let mut connection = app.temp().usage_connection().await;
    connection.execute(&statement).await.expect("updated");
}

#[tokio::test]
async fn undo_of_enabling_leaves_keys_whose_pause_would_be_over() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "key").await;
    app.registry
        .disable_key(key, Some(2 * MINUTE))
        .await
        .expect("paused");
    let plan = plan(&app, environment, &[key], &BulkChange::Enable).await;
    let result = apply(&app, &plan).await.expect("applied");
    clock.advance(3 * MINUTE);
    let actions = app.audit_actions().await;
    assert_eq!(undo(&app, result).await, (0, 1));
    assert_eq!(app.key_state(key).await, State::Active);
    assert_eq!(app.audit_actions().await, actions, "nothing was changed");
}

#[tokio::test]
async fn extension_beyond_a_maximum_that_was_lowered_since_changes_nothing() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "key").await;
    expire_in(&app, key, 1).await;
    for expiry in [Expiry::Never, Expiry::Days(90)] {
        let plan = plan(&app, environment, &[key], &BulkChange::Extend(expiry)).await;
        let lowered = EnvironmentChanges {
            max_days: Some(Some(30)),
            ..EnvironmentChanges::default()
        };
        let edited = app.registry.edit_environment(&environment, &lowered).await;
        edited.expect("edited");
        assert_eq!(result_code(apply(&app, &plan).await), "expiry_too_late");
        let unlimited = EnvironmentChanges {
            max_days: Some(None),
            ..EnvironmentChanges::default()
        };
        let edited = app
            .registry
            .edit_environment(&environment, &unlimited)
            .await;
        edited.expect("edited");
    }
}

#[tokio::test]
async fn keys_of_another_environment_are_not_selected() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let other = app.create_environment("other", Stage::Staging).await;
    let key = app.active_key(other, "key").await;
    let plan = plan(&app, environment, &[key], &BulkChange::Revoke(None)).await;
    assert_eq!((plan.selected, plan.keys.len()), (0, 0));
    let result = apply(&app, &plan).await.expect("nothing to do");
    assert_eq!(result.changed, 0);
}
