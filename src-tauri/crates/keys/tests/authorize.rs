//! Authorization decisions, as tables.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{
    AccessRequest, DenyReason, KeyFacts, Permission, Permissions, State, Timestamp, authorize,
};

const END: Timestamp = Timestamp::from_millis(1_000_000);

fn facts(state: State) -> KeyFacts {
    KeyFacts {
        id: "KKKKKKKKKKKK".parse().expect("an id"),
        environment: "EEEEEEEEEEEE".parse().expect("an id"),
        state,
        disabled_until: None,
        permissions: Permissions::READ,
        expires_at: None,
        secret_ends_at: None,
    }
}

fn request(permission: Permission) -> AccessRequest {
    AccessRequest {
        environment: "EEEEEEEEEEEE".parse().expect("an id"),
        permission,
    }
}

#[test]
fn each_state_has_its_decision() {
    for (state, deny_reason) in [
        (State::Pending, Some(DenyReason::Pending)),
        (State::Active, None),
        (State::Disabled, Some(DenyReason::Disabled)),
        (State::Revoked, Some(DenyReason::Revoked)),
        (State::Expired, Some(DenyReason::Expired)),
        (State::Unclaimed, Some(DenyReason::Revoked)),
        (State::Discarded, Some(DenyReason::Revoked)),
    ] {
        let key = facts(state);
        let expected = deny_reason.map_or(Ok(()), Err);
        assert_eq!(
            authorize(&key, &request(Permission::Read), END),
            expected,
            "{state}"
        );
    }
}

#[test]
fn key_is_denied_from_its_expiry_date() {
    let key = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Active)
    };
    let at = |millis| {
        authorize(
            &key,
            &request(Permission::Read),
            Timestamp::from_millis(millis),
        )
    };
    assert!(
        at(END.as_millis() - 1).is_ok(),
        "the key is valid until its expiry date"
    );
    assert_eq!(
        at(END.as_millis()),
        Err(DenyReason::Expired),
        "the key expires at its expiry date"
    );
    assert_eq!(at(i64::MAX), Err(DenyReason::Expired));
}

#[test]
fn paused_key_is_allowed_from_the_end_of_its_pause() {
    let paused = KeyFacts {
        disabled_until: Some(END),
        ..facts(State::Disabled)
    };
    let at = |millis| {
        let now = Timestamp::from_millis(millis);
        authorize(&paused, &request(Permission::Read), now)
    };
    assert_eq!(at(END.as_millis() - 1), Err(DenyReason::Disabled));
    assert_eq!(at(END.as_millis()), Ok(()));
    let revoked = KeyFacts {
        state: State::Revoked,
        ..paused
    };
    assert_eq!(
        authorize(&revoked, &request(Permission::Read), END),
        Err(DenyReason::Revoked),
        "the end of a pause activates no key that has ended"
    );
}

#[test]
fn old_secret_is_denied_from_the_end_of_its_overlap() {
    let old = KeyFacts {
        secret_ends_at: Some(END),
        ..facts(State::Active)
    };
    let at = |millis| {
        let now = Timestamp::from_millis(millis);
        authorize(&old, &request(Permission::Read), now)
    };
    assert_eq!(at(END.as_millis() - 1), Ok(()));
    assert_eq!(at(END.as_millis()), Err(DenyReason::Rotated));
}

#[test]
fn key_without_write_is_denied_a_write() {
    let key = facts(State::Active);
    assert_eq!(
        authorize(&key, &request(Permission::Write), END),
        Err(DenyReason::InsufficientPermission)
    );
    let writer = KeyFacts {
        permissions: Permissions::READ_WRITE,
        ..key
    };
    for permission in [Permission::Read, Permission::Write] {
        assert_eq!(authorize(&writer, &request(permission), END), Ok(()));
    }
}

#[test]
fn key_of_another_environment_is_denied_before_its_state_is_checked() {
    for state in State::ALL {
        let stranger = KeyFacts {
            environment: "XXXXXXXXXXXX".parse().expect("an id"),
            expires_at: Some(END),
            ..facts(state)
        };
        assert_eq!(
            authorize(&stranger, &request(Permission::Write), END),
            Err(DenyReason::WrongEnvironment),
            "{state} must not be revealed"
        );
    }
}

#[test]
fn disabled_key_expires_and_expiry_is_checked_before_permission() {
    let disabled = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Disabled)
    };
    assert_eq!(
        authorize(&disabled, &request(Permission::Write), END),
        Err(DenyReason::Expired),
        "an expired key cannot be enabled again"
    );
    let late = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Active)
    };
    assert_eq!(
        authorize(&late, &request(Permission::Write), END),
        Err(DenyReason::Expired)
    );
}

#[test]
fn deny_reasons_match_their_index() {
    for (index, reason) in DenyReason::ALL.into_iter().enumerate() {
        assert_eq!(reason.index(), index, "{reason}");
    }
}
