//! The key format, tested with vectors from another implementation and with random input.
//! `KEYSTILE_PROPTEST_CASES` sets the number of random cases; the long run is 1,000,000 in a release build.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{EnvironmentId, KeyId, ParseKeyError, PlainKey, Prefix, ProjectId, os_random};
use proptest::prelude::*;
use serde_json::Value;

const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

fn vectors() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/keys.json"
    );
    let text = std::fs::read_to_string(path).expect("tests/vectors/keys.json");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn list(vectors: &Value, name: &str) -> Vec<Value> {
    vectors[name].as_array().expect("a list of vectors").clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().expect("a string in the vector")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("KEYSTILE_PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200);
    ProptestConfig {
        cases,
        max_global_rejects: cases.saturating_mul(2).max(1024),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn some_prefix() -> impl Strategy<Value = Prefix> {
    "[a-z][a-z0-9]{1,6}(_[a-z0-9]{1,5}){0,2}"
        .prop_map(|text| Prefix::parse(&text).expect("a prefix"))
}

/// A generator that returns the bytes that proptest chose, so that a failure can be reproduced.
struct Chosen<'a>(std::iter::Cycle<std::slice::Iter<'a, u8>>);

impl rand::TryRng for Chosen<'_> {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = *self.0.next().expect("an endless cycle");
        }
        Ok(())
    }
}

impl rand::TryCryptoRng for Chosen<'_> {}

fn key_of(prefix: &Prefix, bytes: &[u8]) -> PlainKey {
    PlainKey::generate(prefix, &mut Chosen(bytes.iter().cycle())).expect("a key")
}

/// 80 bytes: 48 for the id (of which enough are below 248) and 32 for the secret.
fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    (
        prop::collection::vec(0u8..248, 12),
        prop::collection::vec(any::<u8>(), 68),
    )
        .prop_map(|(mut id, rest)| {
            id.extend(rest);
            id
        })
}

#[test]
fn valid_vectors_are_parsed() {
    let vectors = vectors();
    for vector in list(&vectors, "good") {
        let key = PlainKey::parse(text(&vector, "text")).expect("a valid vector");
        assert_eq!(key.prefix().as_str(), text(&vector, "prefix"), "{vector}");
        assert_eq!(key.id().as_str(), text(&vector, "id"), "{vector}");
        assert_eq!(
            hex(key.secret().expose()),
            text(&vector, "secret"),
            "{vector}"
        );
        assert_eq!(
            key.expose(),
            text(&vector, "text"),
            "the text must not change"
        );
    }
}

#[test]
fn invalid_vectors_are_rejected_with_their_error() {
    let vectors = vectors();
    for vector in list(&vectors, "bad") {
        let error = PlainKey::parse(text(&vector, "text")).expect_err("an invalid vector");
        assert_eq!(
            format!("{error:?}"),
            text(&vector, "error"),
            "{}",
            vector["why"]
        );
    }
}

#[test]
fn vectors_cover_every_error() {
    let vectors = vectors();
    let (good, bad) = (list(&vectors, "good"), list(&vectors, "bad"));
    let mut texts: Vec<_> = good.iter().chain(&bad).map(|v| text(v, "text")).collect();
    texts.sort_unstable();
    texts.dedup();
    assert!(
        texts.len() >= 40,
        "the format needs many vectors, not {}",
        texts.len()
    );
    for error in [
        ParseKeyError::MissingPrefix,
        ParseKeyError::WrongLength,
        ParseKeyError::InvalidCharacter,
        ParseKeyError::OutOfRange,
        ParseKeyError::ChecksumMismatch,
    ] {
        assert!(
            bad.iter().any(|v| text(v, "error") == format!("{error:?}")),
            "{error:?} needs a vector"
        );
    }
}

#[test]
fn new_key_has_the_designed_length_and_alphabet() {
    let prefix = Prefix::parse("ks_prod").expect("a prefix");
    let key = PlainKey::generate(&prefix, &mut os_random()).expect("random numbers");
    assert_eq!(key.expose().len(), "ks_prod".len() + 1 + 12 + 1 + 43 + 6);
    assert!(
        key.expose().chars().all(|c| ALPHABET.contains(c)),
        "a double click must select the whole key"
    );
    let other = PlainKey::generate(&prefix, &mut os_random()).expect("random numbers");
    assert_ne!(key.id(), other.id(), "ids must differ");
    assert_ne!(
        key.secret().expose(),
        other.secret().expose(),
        "secrets must differ"
    );
}

#[test]
fn every_single_wrong_character_is_rejected() {
    let vectors = vectors();
    let good = list(&vectors, "good");
    for vector in good.iter().take(4) {
        let key = text(vector, "text");
        for index in 0..key.len() {
            for wrong in ALPHABET.chars().filter(|c| !key[index..].starts_with(*c)) {
                let typed = format!("{}{wrong}{}", &key[..index], &key[index + 1..]);
                assert!(PlainKey::parse(&typed).is_err(), "{typed} is not {key}");
            }
        }
    }
}

#[test]
fn id_rejects_other_lengths_and_characters() {
    for bad in [
        "",
        "0123456789A",
        "0123456789ABC",
        "0123456789A_",
        "0123456789A ",
        "0123456789é",
    ] {
        assert!(bad.parse::<KeyId>().is_err(), "{bad:?} must be rejected");
        assert!(
            bad.parse::<EnvironmentId>().is_err(),
            "{bad:?} must be rejected"
        );
        assert!(
            bad.parse::<ProjectId>().is_err(),
            "{bad:?} must be rejected"
        );
    }
    let id: KeyId = "0123456789AB".parse().expect("an id");
    assert_eq!(id.to_string(), "0123456789AB");
}

#[test]
fn id_characters_are_uniformly_distributed() {
    let mut counts = [0u32; 62];
    for _ in 0..5_000 {
        let id = KeyId::generate(&mut os_random()).expect("random numbers");
        for c in id.as_str().chars() {
            counts[ALPHABET.find(c).expect("a character of the alphabet")] += 1;
        }
    }
    // Expected 968 each with a deviation of 31; without rejection sampling, the first eight would have 1,172.
    for (index, count) in counts.iter().enumerate() {
        assert!(
            (750..1_130).contains(count),
            "character {index} occurred {count} times instead of 968"
        );
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn formatted_key_is_parsed_back(prefix in some_prefix(), bytes in some_bytes()) {
        let key = key_of(&prefix, &bytes);
        let read = PlainKey::parse(key.expose()).expect("a formatted key");
        prop_assert_eq!(read.prefix(), key.prefix());
        prop_assert_eq!(read.id(), key.id());
        prop_assert_eq!(read.secret().expose(), key.secret().expose());
        prop_assert_eq!(read.expose(), key.expose());
    }

    #[test]
    fn wrong_character_is_rejected_at_every_position(
        prefix in some_prefix(),
        bytes in some_bytes(),
        shift in 1usize..63,
    ) {
        let key = key_of(&prefix, &bytes);
        let key = key.expose();
        for place in 0..key.len() {
            let right = ALPHABET.find(&key[place..=place]).expect("a character of a key");
            let wrong = (right + shift + place) % 63;
            if wrong == right {
                continue;
            }
            let typed = format!("{}{}{}", &key[..place], &ALPHABET[wrong..=wrong], &key[place + 1..]);
            prop_assert!(PlainKey::parse(&typed).is_err(), "{} is not {}", typed, key);
        }
    }

    #[test]
    fn swapped_neighbors_are_rejected_at_every_position(
        prefix in some_prefix(),
        bytes in some_bytes(),
    ) {
        let key = key_of(&prefix, &bytes);
        let key = key.expose().as_bytes();
        for place in 1..key.len() {
            if key[place - 1] == key[place] {
                continue;
            }
            let mut typed = key.to_vec();
            typed.swap(place - 1, place);
            let typed = String::from_utf8(typed).expect("a key is ASCII");
            prop_assert!(PlainKey::parse(&typed).is_err(), "{} is not a key", typed);
        }
    }

    #[test]
    fn parser_never_panics(text in any::<String>()) {
        prop_assert!(PlainKey::parse(&text).is_err(), "a random text must not be a key");
    }

    #[test]
    fn parser_never_panics_on_key_like_text(
        text in "[a-z_]{0,22}_[0-9A-Za-z]{11,13}_[0-9A-Za-z]{48,50}",
    ) {
        prop_assert!(PlainKey::parse(&text).is_err(), "a random checksum must not match");
    }
}
