//! Joiners in names, and names that look alike.

use keystile_keys::{Name, NameError, compare_skeletons};

#[test]
fn name_accepts_joiners_that_change_how_it_looks() {
    for good in [
        "می\u{200C}خواهم",               // Persian: no connection between the two parts
        "نامه\u{200C}ای",                // Persian, before a letter that connects to the right only
        "क्\u{200C}ष",                    // Devanagari: visible virama instead of a conjunct
        "क्\u{200D}ष",                    // Devanagari: half form
        "ශ්\u{200D}රී ලංකා",                // Sinhala
        "ന്\u{200D}",                     // Malayalam, at the end
        "👩\u{200D}💻",                  // a profession
        "👩🏽\u{200D}💻",                  // with a skin tone
        "🏳\u{FE0F}\u{200D}🌈",           // after a variation selector
        "👨\u{200D}👩\u{200D}👧 family", // more than one
    ] {
        let name = Name::parse(good);
        assert_eq!(
            name.as_ref().map(Name::as_str),
            Ok(good),
            "{good:?} must be valid and keep its joiner"
        );
    }
    let long = format!("{}می\u{200C}خواهم", "x".repeat(78));
    assert_eq!(
        Name::parse(&long),
        Err(NameError::TooLong),
        "the cut of a long name must not count as the context of its joiner"
    );
}

#[test]
fn name_rejects_joiners_that_are_invisible() {
    for (bad, why) in [
        ("pro\u{200C}d", "Latin letters do not connect"),
        ("pro\u{200D}d", "Latin letters do not connect"),
        ("\u{200C}می", "nothing is before it"),
        ("می\u{200C}", "nothing is after it"),
        ("می\u{200C} خواهم", "a space is after it"),
        ("می\u{200C}\u{200C}خواهم", "only one has an effect"),
        (
            "د\u{200C}خ",
            "the letter does not connect to the next one anyway",
        ),
        ("می\u{200D}خواهم", "the letters connect anyway"),
        ("क\u{200D}ष", "no virama is before it"),
        ("क्\u{200C}x", "the letters have different scripts"),
        ("क्\u{200D}ि", "a vowel sign follows"),
        ("1\u{200D}💻", "a digit is no emoji with a joiner"),
        ("👩\u{200D}", "no emoji follows"),
        ("👩\u{200D}x", "no emoji follows"),
        ("👩\u{200C}💻", "emoji have no cursive connection"),
    ] {
        assert_eq!(
            Name::parse(bad),
            Err(NameError::ForbiddenCharacter),
            "{bad:?}: {why}"
        );
    }
}

#[test]
fn names_that_look_alike_are_confusable() {
    let is_confusable = |one: &str, other: &str| {
        let [one, other] = [one, other].map(|text| Name::parse(text).expect("a name"));
        compare_skeletons(one.as_str(), other.as_str()).is_eq()
            || compare_skeletons(&one.folded(), &other.folded()).is_eq()
    };
    for (one, other) in [
        ("production", "prоduction"), // Cyrillic о
        ("PRODUCTION", "prоduction"), // without regard to case
        ("AI", "Al"),
        ("modern", "modem"),
        ("v10", "vlO"),
        ("scope", "ѕсоре"), // all Cyrillic
        ("می\u{200C}خواهم", "میخواهم"),
        ("👩\u{200D}💻", "👩💻"),
    ] {
        assert!(is_confusable(one, other), "{one} and {other} look alike");
        assert!(is_confusable(other, one), "{other} and {one} look alike");
    }
    for (one, other) in [
        ("prod", "prod2"),
        ("resume", "résumé"),
        ("key 1", "key 2"),
        ("staging", "production"),
        ("本番", "本"),
    ] {
        assert!(
            !is_confusable(one, other),
            "{one} and {other} look different"
        );
    }
}
