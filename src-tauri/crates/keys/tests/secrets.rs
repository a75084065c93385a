//! Secrets: what is made of them, what refuses to be made, and what they do not show.
//! Few hashes are computed: each costs 20 ms and more.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{
    AuditKey, EnvironmentId, HashError, InstallKey, KeyId, PlainKey, Prefix, ProjectId, SecretHash,
    Tag, os_random,
};

/// A generator as it is on a machine whose source of randomness is gone.
struct Broken;

#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the source is gone")
    }
}

impl std::error::Error for Gone {}

impl rand::TryRng for Broken {
    type Error = Gone;
    fn try_next_u32(&mut self) -> Result<u32, Gone> {
        Err(Gone)
    }
    fn try_next_u64(&mut self) -> Result<u64, Gone> {
        Err(Gone)
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Gone> {
        Err(Gone)
    }
}

impl rand::TryCryptoRng for Broken {}

/// A generator that works for so many calls and then fails.
struct BreaksAfter(u32);

impl rand::TryRng for BreaksAfter {
    type Error = Gone;
    fn try_next_u32(&mut self) -> Result<u32, Gone> {
        Err(Gone)
    }
    fn try_next_u64(&mut self) -> Result<u64, Gone> {
        Err(Gone)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Gone> {
        self.0 = self.0.checked_sub(1).ok_or(Gone)?;
        os_random().try_fill_bytes(bytes).map_err(|_| Gone)
    }
}

impl rand::TryCryptoRng for BreaksAfter {}

/// A generator that is stuck at its highest value, of which no id can be drawn without favour.
struct Stuck;

impl rand::TryRng for Stuck {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::MAX)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::MAX)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(0xff);
        Ok(())
    }
}

impl rand::TryCryptoRng for Stuck {}

fn prefix() -> Prefix {
    Prefix::parse("ks_test").expect("a prefix")
}

fn new_key() -> PlainKey {
    PlainKey::generate(&prefix(), &mut os_random()).expect("there is randomness")
}

#[test]
fn a_failing_generator_issues_nothing() {
    let error = PlainKey::generate(&prefix(), &mut Broken).expect_err("no randomness, no key");
    assert_eq!(error.cause(), "the source is gone", "the log must know why");
    assert!(
        PlainKey::generate(&prefix(), &mut BreaksAfter(1)).is_err(),
        "an id without a secret is no key"
    );
    assert!(
        PlainKey::generate(&prefix(), &mut BreaksAfter(2)).is_ok(),
        "the id and the secret are all that is drawn"
    );
    assert!(
        PlainKey::generate(&prefix(), &mut Stuck).is_err(),
        "a stuck generator ends, refused"
    );
    assert!(
        InstallKey::generate(&mut Broken).is_err(),
        "no randomness, no install key"
    );
    assert!(
        KeyId::generate(&mut Broken).is_err(),
        "no randomness, no id"
    );
    assert!(
        EnvironmentId::generate(&mut Broken).is_err(),
        "no randomness, no id"
    );
    assert!(
        ProjectId::generate(&mut Broken).is_err(),
        "no randomness, no id"
    );
    assert!(
        matches!(
            new_key().secret().hash(&mut Broken),
            Err(HashError::Randomness(_))
        ),
        "a hash without a random salt is none"
    );
}

#[test]
fn nothing_secret_is_in_any_debug_text() {
    let key = new_key();
    let install_key = InstallKey::from_bytes([0xAB; 32]);
    let tag = key.secret().tag(&install_key);
    assert_eq!(format!("{key:?} {key:#?}"), "PlainKey PlainKey");
    assert_eq!(format!("{:?}", key.secret()), "Secret");
    assert_eq!(format!("{install_key:?}"), "InstallKey");
    assert_eq!(format!("{tag:?}"), "Tag");
    let almost = format!("{}!", &key.expose()[..key.expose().len() - 1]);
    let error = PlainKey::parse(&almost).expect_err("a key without its end is none");
    assert!(
        !format!("{error} {error:?}").contains(&key.expose()[8..20]),
        "an error must not repeat what was typed"
    );
}

#[test]
fn a_tag_is_hmac_sha_256_of_the_secret_under_the_install_key() {
    // Key 32 × 0x0b, data 32 zero bytes, computed with Python's hmac.
    let key = PlainKey::parse(ALL_ZERO).expect("the all-zero vector");
    assert_eq!(
        key.secret().expose(),
        &[0; 32],
        "the vector has the secret of zeroes"
    );
    let tag = key.secret().tag(&InstallKey::from_bytes([0x0b; 32]));
    let hex: String = tag.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(
        hex,
        "abf0195cf7a503e61897b7bb6f36beb7713f7bbf6a6c68ad4b5059da47670135"
    );
}

#[test]
fn an_audit_key_is_derived_from_the_install_key() {
    // HMAC-SHA-256("row") under HMAC-SHA-256("keystile audit chain") under 32 × 0x0b, computed with Python's hmac.
    let key = AuditKey::derive(&InstallKey::from_bytes([0x0b; 32]));
    let hex: String = key.mac(b"row").iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(
        hex,
        "0ed6ea77774cd637f5884d0898b5bf0eb23e2170225b8299364982050fd66357"
    );
}

const ALL_ZERO: &str = "ks_prod_000000000000_00000000000000000000000000000000000000000000ZCi1G";

#[test]
fn tags_are_equal_exactly_for_the_same_secret_and_install_key() {
    let (key, other) = (new_key(), new_key());
    let (here, there) = (
        InstallKey::from_bytes([1; 32]),
        InstallKey::from_bytes([2; 32]),
    );
    let tag = key.secret().tag(&here);
    assert!(
        tag == key.secret().tag(&here),
        "a tag is made again from its parts"
    );
    assert!(
        tag == Tag::from_bytes(*tag.as_bytes()),
        "a stored tag is the tag"
    );
    assert!(
        tag != other.secret().tag(&here),
        "another secret has another tag"
    );
    assert!(
        tag != key.secret().tag(&there),
        "another installation has another tag"
    );
    for bit in 0..256 {
        let mut bytes = *tag.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(tag != Tag::from_bytes(bytes), "bit {bit} counts");
    }
}

#[test]
fn a_hash_proves_its_secret_and_no_other_and_is_salted() {
    let (key, other) = (new_key(), new_key());
    let hash = key.secret().hash(&mut os_random()).expect("a hash");
    assert!(
        hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "the parameters are those of the design: {}",
        hash.as_str()
    );
    let stored = SecretHash::parse(hash.as_str()).expect("what is written can be read");
    assert_eq!(
        stored.proves(key.secret()),
        Ok(true),
        "the right secret is proven"
    );
    assert_eq!(
        stored.proves(other.secret()),
        Ok(false),
        "another secret is not"
    );
    let again = key.secret().hash(&mut os_random()).expect("a hash");
    assert_ne!(
        hash.as_str(),
        again.as_str(),
        "two hashes of one secret have different salts"
    );
}

#[test]
fn a_hash_made_with_other_parameters_within_the_bounds_still_proves() {
    let phc = argon2_of_zeroes(64, 4, 4);
    let stored = SecretHash::parse(&phc).expect("these parameters are within the bounds");
    let key = PlainKey::parse(ALL_ZERO).expect("the all-zero vector");
    assert_eq!(
        stored.proves(key.secret()),
        Ok(true),
        "the parameters come from the string"
    );
}

fn argon2_of_zeroes(memory: u32, passes: u32, lanes: u32) -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    let params = Params::new(memory, passes, lanes, Some(32)).expect("parameters");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(&[0; 32], &[7; 16])
        .expect("a hash")
        .to_string()
}

#[test]
fn a_stored_hash_is_refused_unless_it_is_argon2id_within_the_bounds() {
    const SALT: &str = "BwcHBwcHBwcHBwcHBwcHBw";
    const OUT: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let check = |text: String, expected: HashError, why: &str| {
        let error = SecretHash::parse(&text).expect_err(why);
        assert_eq!(error, expected, "{why}: {text}");
    };
    let with = |params: &str| format!("$argon2id$v=19${params}${SALT}${OUT}");
    assert!(
        SecretHash::parse(&with("m=65536,t=4,p=4")).is_ok(),
        "the bounds themselves are allowed"
    );
    check(
        with("m=65537,t=2,p=1"),
        HashError::TooCostly,
        "more than 64 MiB",
    );
    check(with("m=4294967295,t=2,p=1"), HashError::TooCostly, "4 TiB");
    check(with("m=19456,t=5,p=1"), HashError::TooCostly, "five passes");
    check(with("m=19456,t=2,p=5"), HashError::TooCostly, "five lanes");
    check(
        with("m=7,t=2,p=1"),
        HashError::Malformed,
        "less memory than Argon2 can use",
    );
    check(with("m=19456,t=0,p=1"), HashError::Malformed, "no pass");
    check(with("m=19456,t=2"), HashError::Malformed, "lanes missing");
    check(
        with("t=2,m=19456,p=1"),
        HashError::Malformed,
        "another order",
    );
    check(
        with("m=19456,t=2,p=1,data=AAAA"),
        HashError::Malformed,
        "data nobody wrote",
    );
    check(
        with("m=019456,t=2,p=1"),
        HashError::Malformed,
        "a leading zero",
    );
    check(
        format!("$argon2i$v=19$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::ForeignAlgorithm,
        "argon2i",
    );
    check(
        format!("$argon2d$v=19$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::ForeignAlgorithm,
        "argon2d",
    );
    check(
        format!("$argon2id$v=16$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::ForeignAlgorithm,
        "the older version of Argon2",
    );
    check(
        format!("$argon2id$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::ForeignAlgorithm,
        "no version",
    );
    check(
        format!("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwc${OUT}"),
        HashError::Malformed,
        "a salt of eight bytes",
    );
    check(
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}$AAAAAAAAAAAAAAAAAAAAAA"),
        HashError::Malformed,
        "an output of sixteen bytes",
    );
    check(
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}"),
        HashError::Malformed,
        "no output",
    );
    check(
        format!("{} ", with("m=19456,t=2,p=1")),
        HashError::Malformed,
        "a blank after it",
    );
    check(String::new(), HashError::Malformed, "nothing");
    check("$".repeat(200), HashError::Malformed, "only separators");
    check(
        "x".repeat(100_000),
        HashError::Malformed,
        "a hundred thousand characters",
    );
    check(
        "$2b$12$abcdefghijklmnopqrstuuJ5g1jM6Vc1bXH1nJ3aS7rV8yH0xQy2W".to_owned(),
        HashError::Malformed,
        "bcrypt",
    );
}
