//! Prefixes, names, stages, permissions, and states, as tables.

use keystile_keys::{Name, NameError, Permission, Permissions, Prefix, PrefixError, Stage, State};

#[test]
fn prefix_accepts_two_to_twenty_characters() {
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
        ("Ks", PrefixError::InvalidCharacter),
        ("ks-prod", PrefixError::InvalidCharacter),
        (" ks", PrefixError::InvalidCharacter),
        ("kß", PrefixError::InvalidCharacter),
        ("9ks", PrefixError::MustStartWithLetter),
        ("_ks", PrefixError::MustStartWithLetter),
        ("ks_", PrefixError::MisplacedUnderscore),
        ("ks__prod", PrefixError::MisplacedUnderscore),
    ] {
        assert_eq!(Prefix::parse(bad), Err(error), "{bad:?}");
    }
}

#[test]
fn prefix_is_suggested_from_name_and_stage() {
    for (name, stage, prefix) in [
        ("production", Stage::Production, "ks_live"),
        ("Staging", Stage::Staging, "ks_staging"),
        ("dev", Stage::Development, "ks_dev"),
        ("dev", Stage::Production, "ks_live"),
        ("Staging EU", Stage::Staging, "ks_staging"),
        ("prod-eu", Stage::Production, "ks_prod"),
        ("tenant-10", Stage::Production, "ks_tenant"),
        ("thousand", Stage::Development, "ks_thousand"),
        ("analytics", Stage::Development, "ks_analytic"),
        ("anal ytics", Stage::Development, "ks_ytics"),
        ("a b", Stage::Staging, "ks_staging"),
        ("42", Stage::Development, "ks_42"),
        ("本番", Stage::Production, "ks_live"),
        ("", Stage::Development, "ks_dev"),
        ("Übung Süd", Stage::Development, "ks_ubung"),
    ] {
        let suggested = Prefix::suggested_for(name, stage);
        assert_eq!(suggested.as_str(), prefix, "for {name:?}");
        assert!(Prefix::parse(prefix).is_ok(), "a suggestion must be valid");
    }
}

#[test]
fn numbered_prefix_is_valid() {
    let numbered = |text: &str, n| {
        let prefix = Prefix::parse(text).expect("a prefix").numbered(n);
        assert!(
            Prefix::parse(prefix.as_str()).is_ok(),
            "{prefix} must be valid"
        );
        prefix.to_string()
    };
    assert_eq!(numbered("ks_prod", 2), "ks_prod2");
    assert_eq!(numbered("abcdefghijklmnopqrst", 2), "abcdefghijklmnopqrs2");
    assert_eq!(numbered("abcdefghijklmnopqr_t", 12), "abcdefghijklmnopqr12");
    assert_eq!(
        numbered("abcdefghijklmnopq_st", 12),
        "abcdefghijklmnopq12",
        "no _ before the number"
    );
    assert_eq!(
        numbered("abcdefghijklmnopqrst", u32::MAX),
        "abcdefghij4294967295"
    );
}

#[test]
fn name_is_trimmed_normalized_and_limited() {
    assert_eq!(
        Name::parse("  Acme Shop \n").map(|n| n.to_string()),
        Ok("Acme Shop".to_owned())
    );
    assert_eq!(
        Name::parse("Cafe\u{301}").map(|n| n.to_string()),
        Ok("Caf\u{e9}".to_owned()),
        "é must be normalized"
    );
    for good in ["x", "本番", "Ω", "❤\u{FE0F}", "مشروع"] {
        assert!(Name::parse(good).is_ok(), "{good} must be valid");
    }
    assert!(
        Name::parse(&"é".repeat(80)).is_ok(),
        "the limit counts characters, not bytes"
    );
    assert!(
        Name::parse(&"e\u{301}".repeat(80)).is_ok(),
        "the limit applies after normalization"
    );
    assert_eq!(Name::parse(&"é".repeat(81)), Err(NameError::TooLong));
    assert_eq!(Name::parse(&"x".repeat(1_000_000)), Err(NameError::TooLong));
    for empty in ["", "   ", "\t\n", "\u{3000}", "\u{FE0F}"] {
        assert_eq!(Name::parse(empty), Err(NameError::Empty), "{empty:?}");
    }
}

#[test]
fn name_rejects_invisible_and_reordering_characters() {
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
fn equal_looking_names_have_the_same_folded_form() {
    let folded = |text: &str| Name::parse(text).expect("a name").folded();
    for (one, other) in [
        ("Production", "PRODUCTION"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Cafe\u{301}", "CAFÉ"),
        ("a b", "A  B"),
        ("a b", "a\u{a0}b"),
        ("❤", "❤\u{FE0F}"),
        ("می\u{200C}خواهم", "میخواهم"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} and {other}");
    }
    assert_ne!(
        folded("prod"),
        folded("prod2"),
        "different names must not be equal"
    );
    assert_ne!(
        folded("resume"),
        folded("résumé"),
        "accents must not be ignored"
    );
}

#[test]
fn stage_is_guessed_from_words_of_name() {
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
        ("本番環境", Stage::Production),
        ("Produção", Stage::Production),
        ("прод-2", Stage::Production),
        ("テスト環境", Stage::Staging),
        ("dev-anna", Stage::Development),
        ("products", Stage::Development),
        ("maintenance", Stage::Development),
        ("latest", Stage::Development),
        ("", Stage::Development),
    ] {
        assert_eq!(Stage::guess(name), stage, "{name:?}");
    }
    assert_eq!(Stage::named_in("ks_live"), Some(Stage::Production));
    assert_eq!(Stage::named_in("ks_acme"), None, "no word names a stage");
    for stage in [Stage::Development, Stage::Staging, Stage::Production] {
        assert_eq!(
            stage.as_str().parse(),
            Ok(stage),
            "displayed stages must be parsed back"
        );
    }
    assert!(
        "Production".parse::<Stage>().is_err(),
        "stored stages are case-sensitive"
    );
}

#[test]
fn missing_or_invalid_scope_is_rejected() {
    assert!(Permissions::READ.allows(Permission::Read), "read always");
    assert!(
        !Permissions::READ.allows(Permission::Write),
        "read must not imply write"
    );
    assert!(
        Permissions::READ_WRITE.allows(Permission::Read),
        "read always"
    );
    assert!(
        Permissions::READ_WRITE.allows(Permission::Write),
        "write must be granted"
    );
    for all in [Permissions::READ, Permissions::READ_WRITE] {
        assert_eq!(
            Permissions::parse_scope(all.scope()),
            Ok(all),
            "formatted scopes must be parsed back"
        );
        let words: Vec<_> = all.as_slice().iter().map(|p| p.as_str()).collect();
        assert_eq!(
            words.join(" "),
            all.scope(),
            "the list must equal the scope"
        );
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
            "{bad:?} must be rejected"
        );
    }
}

#[test]
fn only_designed_state_transitions_are_allowed() {
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
        .expect_err("a revoked key cannot become active");
    assert_eq!((refused.from, refused.to), (Revoked, Active));
}

#[test]
fn terminal_state_has_no_transitions() {
    for state in State::ALL {
        let can_move = State::ALL
            .into_iter()
            .any(|next| state.transition_to(next).is_ok());
        assert_eq!(
            !state.is_terminal(),
            can_move,
            "{state} must be terminal if it has no transitions"
        );
        assert_eq!(
            state.as_str().parse(),
            Ok(state),
            "displayed states must be parsed back"
        );
    }
    assert!(
        "live".parse::<State>().is_err(),
        "unknown states must be rejected"
    );
}
