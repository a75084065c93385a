//! Prefixes, names, stages, permissions, states and verdicts, as tables.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{
    Bearer, KeyFacts, Name, NameError, Need, Permission, Permissions, Prefix, PrefixError, Refusal,
    Stage, State, Timestamp, Verdict, judge,
};

#[test]
fn a_prefix_is_two_to_twenty_characters_of_joined_words_with_a_letter_first() {
    for good in [
        "ks",
        "ks_prod",
        "k9",
        "ks_1",
        "a_b_c",
        "abcdefghijklmnopqrst",
    ] {
        assert_eq!(
            Prefix::parse(good).map(|p| p.to_string()),
            Ok(good.to_owned())
        );
    }
    for (bad, error) in [
        ("", PrefixError::TooShort),
        ("k", PrefixError::TooShort),
        ("abcdefghijklmnopqrstu", PrefixError::TooLong),
        ("Ks", PrefixError::ForeignCharacter),
        ("ks-prod", PrefixError::ForeignCharacter),
        (" ks", PrefixError::ForeignCharacter),
        ("kß", PrefixError::ForeignCharacter),
        ("9ks", PrefixError::NoLetterFirst),
        ("_ks", PrefixError::NoLetterFirst),
        ("ks_", PrefixError::StrayJoint),
        ("ks__prod", PrefixError::StrayJoint),
    ] {
        assert_eq!(Prefix::parse(bad), Err(error), "{bad:?}");
    }
}

#[test]
fn a_prefix_is_suggested_from_the_letters_and_digits_of_the_name() {
    for (name, prefix) in [
        ("production", "ks_prod"),
        ("Staging EU", "ks_stag"),
        ("dev-anna", "ks_deva"),
        ("a b", "ks_ab"),
        ("42", "ks_42"),
        ("x", "ks_env"),
        ("本番", "ks_env"),
        ("", "ks_env"),
        ("Übung", "ks_bung"),
    ] {
        assert_eq!(Prefix::suggested_for(name).as_str(), prefix, "for {name:?}");
        assert!(
            Prefix::parse(prefix).is_ok(),
            "a suggestion must be allowed"
        );
    }
}

#[test]
fn a_numbered_prefix_stays_a_prefix() {
    let numbered = |text: &str, n| {
        let prefix = Prefix::parse(text).expect("a prefix").numbered(n);
        assert!(
            Prefix::parse(prefix.as_str()).is_ok(),
            "{prefix} must be allowed"
        );
        prefix.to_string()
    };
    assert_eq!(numbered("ks_prod", 2), "ks_prod2");
    assert_eq!(numbered("abcdefghijklmnopqrst", 2), "abcdefghijklmnopqrs2");
    assert_eq!(numbered("abcdefghijklmnopqr_t", 12), "abcdefghijklmnopqr12");
    assert_eq!(
        numbered("abcdefghijklmnopq_st", 12),
        "abcdefghijklmnopq12",
        "no joint before the number"
    );
    assert_eq!(
        numbered("abcdefghijklmnopqrst", u32::MAX),
        "abcdefghij4294967295"
    );
}

#[test]
fn a_name_is_trimmed_normalized_and_one_to_eighty_characters() {
    assert_eq!(
        Name::parse("  Acme Shop \n").map(|n| n.to_string()),
        Ok("Acme Shop".to_owned())
    );
    assert_eq!(
        Name::parse("Cafe\u{301}").map(|n| n.to_string()),
        Ok("Caf\u{e9}".to_owned()),
        "one spelling of é"
    );
    for good in ["x", "本番", "Ω", "❤\u{FE0F}", "مشروع"] {
        assert!(Name::parse(good).is_ok(), "{good} is a name");
    }
    assert!(
        Name::parse(&"é".repeat(80)).is_ok(),
        "eighty characters, not bytes"
    );
    assert!(
        Name::parse(&"e\u{301}".repeat(80)).is_ok(),
        "counted after normalization"
    );
    assert_eq!(Name::parse(&"é".repeat(81)), Err(NameError::TooLong));
    assert_eq!(Name::parse(&"x".repeat(1_000_000)), Err(NameError::TooLong));
    for empty in ["", "   ", "\t\n", "\u{3000}", "\u{FE0F}"] {
        assert_eq!(Name::parse(empty), Err(NameError::Empty), "{empty:?}");
    }
}

#[test]
fn a_name_holds_nothing_that_cannot_be_seen_or_reorders_text() {
    for hidden in [
        '\0',
        '\t',
        '\n',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202b}',
        '\u{202c}',
        '\u{202d}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{3164}',
        '\u{2800}',
        '\u{feff}',
        '\u{e0041}',
        '\u{e0100}',
    ] {
        assert_eq!(
            Name::parse(&format!("pro{hidden}d")),
            Err(NameError::ForbiddenCharacter),
            "U+{:04X}",
            u32::from(hidden)
        );
    }
}

#[test]
fn names_that_read_the_same_fold_to_the_same_text() {
    let folded = |text: &str| Name::parse(text).expect("a name").folded();
    for (one, other) in [
        ("Production", "PRODUCTION"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Cafe\u{301}", "CAFÉ"),
        ("a b", "A  B"),
        ("a b", "a\u{a0}b"),
        ("❤", "❤\u{FE0F}"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} and {other}");
    }
    assert_ne!(
        folded("prod"),
        folded("prod2"),
        "different names stay different"
    );
    assert_ne!(
        folded("resume"),
        folded("résumé"),
        "an accent is a difference"
    );
}

#[test]
fn a_stage_is_guessed_from_the_words_of_a_name() {
    for (name, stage) in [
        ("production", Stage::Production),
        ("Prod EU", Stage::Production),
        ("prod2", Stage::Production),
        ("acme-live", Stage::Production),
        ("main", Stage::Production),
        ("staging", Stage::Staging),
        ("Stage_1", Stage::Staging),
        ("test", Stage::Staging),
        ("UAT", Stage::Staging),
        ("qa", Stage::Staging),
        ("preprod", Stage::Staging),
        ("pre-prod", Stage::Staging),
        ("non-prod", Stage::Staging),
        ("dev-anna", Stage::Development),
        ("products", Stage::Development),
        ("maintenance", Stage::Development),
        ("latest", Stage::Development),
        ("", Stage::Development),
    ] {
        assert_eq!(Stage::guess(name), stage, "{name:?}");
    }
    for stage in [Stage::Development, Stage::Staging, Stage::Production] {
        assert_eq!(
            stage.as_str().parse(),
            Ok(stage),
            "a stage is read as it is written"
        );
    }
    assert!(
        "Production".parse::<Stage>().is_err(),
        "stored words have one spelling"
    );
}

#[test]
fn nothing_is_allowed_by_absence() {
    assert!(Permissions::READ.allows(Permission::Read), "read always");
    assert!(
        !Permissions::READ.allows(Permission::Write),
        "write only if it was asked for"
    );
    assert!(
        Permissions::READ_WRITE.allows(Permission::Read),
        "read always"
    );
    assert!(
        Permissions::READ_WRITE.allows(Permission::Write),
        "write was asked for"
    );
    for all in [Permissions::READ, Permissions::READ_WRITE] {
        assert_eq!(
            Permissions::parse_scope(all.scope()),
            Ok(all),
            "read as it is written"
        );
        let words: Vec<_> = all.as_slice().iter().map(|p| p.as_str()).collect();
        assert_eq!(words.join(" "), all.scope(), "the list is the scope");
    }
    for bad in [
        "",
        " ",
        "write",
        "write read",
        "Read",
        "read  write",
        "read admin",
        "*",
        "all",
    ] {
        assert!(
            Permissions::parse_scope(bad).is_err(),
            "{bad:?} grants nothing"
        );
    }
}

#[test]
fn a_key_moves_only_as_designed() {
    use State::*;
    let moves = [
        (Pending, Active),
        (Pending, Revoked),
        (Pending, Unclaimed),
        (Pending, Discarded),
        (Active, Disabled),
        (Active, Revoked),
        (Active, Expired),
        (Active, Discarded),
        (Disabled, Active),
        (Disabled, Revoked),
        (Disabled, Expired),
    ];
    for from in State::ALL {
        for to in State::ALL {
            assert_eq!(
                from.becomes(to).is_ok(),
                moves.contains(&(from, to)),
                "from {from} to {to}"
            );
        }
    }
    let refused = Revoked
        .becomes(Active)
        .expect_err("what has ended stays ended");
    assert_eq!((refused.from, refused.to), (Revoked, Active));
}

#[test]
fn only_an_active_key_is_live_and_an_ended_one_never_is_again() {
    for state in State::ALL {
        assert_eq!(state.is_live(), state == State::Active, "{state}");
        let can_move = State::ALL
            .into_iter()
            .any(|next| state.becomes(next).is_ok());
        assert_eq!(
            state.is_living(),
            can_move,
            "{state} lives as long as it can move"
        );
        assert_eq!(
            state.as_str().parse(),
            Ok(state),
            "a state is read as it is written"
        );
    }
    assert!("live".parse::<State>().is_err(), "live is no stored state");
}

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
        (State::Pending, Some(Refusal::Pending)),
        (State::Active, None),
        (State::Disabled, Some(Refusal::Disabled)),
        (State::Revoked, Some(Refusal::Revoked)),
        (State::Expired, Some(Refusal::Expired)),
        (State::Unclaimed, Some(Refusal::Revoked)),
        (State::Discarded, Some(Refusal::Revoked)),
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
        Verdict::Refused(Refusal::Expired),
        "the date itself is too late"
    );
    assert_eq!(at(i64::MAX), Verdict::Refused(Refusal::Expired));
}

#[test]
fn a_key_does_only_what_it_may() {
    let key = facts(State::Active);
    assert_eq!(
        judge(&key, &need(Permission::Write), END),
        Verdict::Refused(Refusal::Lacks(Permission::Write))
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
            Verdict::Refused(Refusal::WrongEnvironment),
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
        Verdict::Refused(Refusal::Disabled)
    );
    let late = KeyFacts {
        expires_at: Some(END),
        ..facts(State::Active)
    };
    assert_eq!(
        judge(&late, &need(Permission::Write), END),
        Verdict::Refused(Refusal::Expired)
    );
}
