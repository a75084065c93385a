//! Prefixes, names, stages, permissions and states, as tables.

use keystile_keys::{Name, NameError, Permission, Permissions, Prefix, PrefixError, Stage, State};

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
                from.transition_to(to).is_ok(),
                moves.contains(&(from, to)),
                "from {from} to {to}"
            );
        }
    }
    let refused = Revoked
        .transition_to(Active)
        .expect_err("what has ended stays ended");
    assert_eq!((refused.from, refused.to), (Revoked, Active));
}

#[test]
fn key_that_has_ended_never_moves_again() {
    for state in State::ALL {
        let can_move = State::ALL
            .into_iter()
            .any(|next| state.transition_to(next).is_ok());
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
