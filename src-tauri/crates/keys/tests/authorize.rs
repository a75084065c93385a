//! The decision about a proven key, as tables.
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
        permissions: Permissions::READ,
        expires_at: None,
    }
}

fn request(permission: Permission) -> AccessRequest {
    AccessRequest {
        environment: "EEEEEEEEEEEE".parse().expect("an id"),
        permission,
    }
}

#[test]
fn each_state_is_decided() {
    for (state, refusal) in [
        (State::Pending, Some(DenyReason::Pending)),
        (State::Active, None),
        (State::Disabled, Some(DenyReason::Disabled)),
        (State::Revoked, Some(DenyReason::Revoked)),
        (State::Expired, Some(DenyReason::Expired)),
        (State::Unclaimed, Some(DenyReason::Revoked)),
        (State::Discarded, Some(DenyReason::Revoked)),
    ] {
        let key = facts(state);
        let expected = refusal.map_or(Ok(()), Err);
        assert_eq!(
            authorize(&key, &request(Permission::Read), END),
            expected,
            "{state}"
        );
    }
}

#[test]
fn a_key_is_expired_from_its_date_on() {
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
    assert!(at(END.as_millis() - 1).is_ok(), "the last moment counts");
    assert_eq!(
        at(END.as_millis()),
        Err(DenyReason::Expired),
        "the date itself is too late"
    );
    assert_eq!(at(i64::MAX), Err(DenyReason::Expired));
}

#[test]
fn a_key_does_only_what_it_may() {
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
fn a_key_of_another_environment_tells_nothing_about_itself() {
    for state in State::ALL {
        let stranger = KeyFacts {
            environment: "XXXXXXXXXXXX".parse().expect("an id"),
            expires_at: Some(END),
            ..facts(state)
        };
        assert_eq!(
            authorize(&stranger, &request(Permission::Write), END),
            Err(DenyReason::WrongEnvironment),
            "{state} is not said"
        );
    }
}

#[test]
fn the_state_is_said_before_the_date_and_the_date_before_the_permission() {
    let disabled = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Disabled)
    };
    assert_eq!(
        authorize(&disabled, &request(Permission::Write), END),
        Err(DenyReason::Disabled)
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
fn every_reason_has_its_index() {
    for (index, reason) in DenyReason::ALL.into_iter().enumerate() {
        assert_eq!(reason.index(), index, "{reason}");
    }
}
