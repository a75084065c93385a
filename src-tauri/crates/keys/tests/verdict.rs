//! The verdict on a proven key, as tables.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{
    Bearer, DenyReason, KeyFacts, Need, Permission, Permissions, State, Timestamp, Verdict, judge,
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

fn need(permission: Permission) -> Need {
    Need {
        environment: "EEEEEEEEEEEE".parse().expect("an id"),
        permission,
    }
}

#[test]
fn each_state_has_its_verdict() {
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
        let expected = match refusal {
            Some(refusal) => Verdict::Refused(refusal),
            None => Verdict::Accepted(Bearer {
                key: key.id,
                environment: key.environment,
                permissions: key.permissions,
            }),
        };
        assert_eq!(
            judge(&key, &need(Permission::Read), END),
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
        judge(
            &key,
            &need(Permission::Read),
            Timestamp::from_millis(millis),
        )
    };
    assert!(
        matches!(at(END.as_millis() - 1), Verdict::Accepted(_)),
        "the last moment counts"
    );
    assert_eq!(
        at(END.as_millis()),
        Verdict::Refused(DenyReason::Expired),
        "the date itself is too late"
    );
    assert_eq!(at(i64::MAX), Verdict::Refused(DenyReason::Expired));
}

#[test]
fn a_key_does_only_what_it_may() {
    let key = facts(State::Active);
    assert_eq!(
        judge(&key, &need(Permission::Write), END),
        Verdict::Refused(DenyReason::InsufficientPermission)
    );
    let writer = KeyFacts {
        permissions: Permissions::READ_WRITE,
        ..key
    };
    for permission in [Permission::Read, Permission::Write] {
        assert!(matches!(
            judge(&writer, &need(permission), END),
            Verdict::Accepted(_)
        ));
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
            judge(&stranger, &need(Permission::Write), END),
            Verdict::Refused(DenyReason::WrongEnvironment),
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
        judge(&disabled, &need(Permission::Write), END),
        Verdict::Refused(DenyReason::Disabled)
    );
    let late = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Active)
    };
    assert_eq!(
        judge(&late, &need(Permission::Write), END),
        Verdict::Refused(DenyReason::Expired)
    );
}
