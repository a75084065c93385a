//! Secrets with their tags and hashes, generator failures, and debug output. Few hashes are computed: each takes 20 ms.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{
    AuditKey, EnvironmentId, HashError, InstallKey, KeyId, PlainKey, Prefix, ProjectId,
    ProofMemory, SecretHash, Tag, os_random,
};

/// A generator that always fails.
struct Broken;

#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the generator failed")
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

/// A generator that fails after a number of calls.
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

/// A generator that returns only 0xff, from which no id can be sampled.
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
    PlainKey::generate(&prefix(), &mut os_random()).expect("random numbers")
}

#[test]
fn failing_generator_returns_an_error() {
    let error = PlainKey::generate(&prefix(), &mut Broken).expect_err("the generator fails");
    assert_eq!(
        error.cause(),
        "the generator failed",
        "the cause must be available for the log"
    );
    assert!(
        PlainKey::generate(&prefix(), &mut BreaksAfter(1)).is_err(),
        "the generator fails for the secret"
    );
    assert!(
        PlainKey::generate(&prefix(), &mut BreaksAfter(2)).is_ok(),
        "id and secret need two calls"
    );
    assert!(
        PlainKey::generate(&prefix(), &mut Stuck).is_err(),
        "a stuck generator must not loop forever"
    );
    assert!(
        InstallKey::generate(&mut Broken).is_err(),
        "the generator fails"
    );
    assert!(KeyId::generate(&mut Broken).is_err(), "the generator fails");
    assert!(
        EnvironmentId::generate(&mut Broken).is_err(),
        "the generator fails"
    );
    assert!(
        ProjectId::generate(&mut Broken).is_err(),
        "the generator fails"
    );
    assert!(
        matches!(
            new_key().secret().hash(&mut Broken),
            Err(HashError::Randomness(_))
        ),
        "a hash needs a random salt"
    );
}

#[test]
fn debug_output_contains_no_secret() {
    let key = new_key();
    let install_key = InstallKey::from_bytes([0xAB; 32]);
    let tag = key.secret().tag(&install_key);
    assert_eq!(format!("{key:?} {key:#?}"), "PlainKey PlainKey");
    assert_eq!(format!("{:?}", key.secret()), "Secret");
    assert_eq!(format!("{install_key:?}"), "InstallKey");
    assert_eq!(format!("{tag:?}"), "Tag");
    let almost = format!("{}!", &key.expose()[..key.expose().len() - 1]);
    let error = PlainKey::parse(&almost).expect_err("a truncated key");
    assert!(
        !format!("{error} {error:?}").contains(&key.expose()[8..20]),
        "an error must not contain its input"
    );
}

#[test]
fn tag_is_hmac_sha256_under_install_key() {
    // Key 32 × 0x0b, data 32 zero bytes, computed with Python's hmac.
    let key = PlainKey::parse(ALL_ZERO).expect("the all-zero vector");
    assert_eq!(
        key.secret().expose(),
        &[0; 32],
        "the vector has a zero secret"
    );
    let tag = key.secret().tag(&InstallKey::from_bytes([0x0b; 32]));
    let hex: String = tag.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(
        hex,
        "abf0195cf7a503e61897b7bb6f36beb7713f7bbf6a6c68ad4b5059da47670135"
    );
}

#[test]
fn audit_key_is_derived_from_install_key() {
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
fn tags_are_equal_only_for_same_secret_and_install_key() {
    let (key, other) = (new_key(), new_key());
    let (here, there) = (
        InstallKey::from_bytes([1; 32]),
        InstallKey::from_bytes([2; 32]),
    );
    let tag = key.secret().tag(&here);
    assert!(
        tag == key.secret().tag(&here),
        "a stored tag must equal the tag"
    );
    assert!(
        tag == Tag::from_bytes(*tag.as_bytes()),
        "the tag must be deterministic"
    );
    assert!(
        tag != other.secret().tag(&here),
        "tags of different secrets must differ"
    );
    assert!(
        tag != key.secret().tag(&there),
        "tags under different install keys must differ"
    );
    for bit in 0..256 {
        let mut bytes = *tag.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(tag != Tag::from_bytes(bytes), "bit {bit} must be compared");
    }
}

#[test]
fn hash_verifies_only_its_secret_and_is_salted() {
    let (key, other) = (new_key(), new_key());
    let hash = key.secret().hash(&mut os_random()).expect("a hash");
    assert!(
        hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "unexpected parameters: {}",
        hash.as_str()
    );
    let stored = SecretHash::parse(hash.as_str()).expect("a stored hash");
    assert_eq!(
        stored.verify(key.secret(), &mut ProofMemory::default()),
        Ok(true),
        "the secret must be verified"
    );
    assert_eq!(
        stored.verify(other.secret(), &mut ProofMemory::default()),
        Ok(false),
        "another secret must not be verified"
    );
    let again = key.secret().hash(&mut os_random()).expect("a hash");
    assert_ne!(hash.as_str(), again.as_str(), "salts must differ");
}

#[test]
fn hash_with_other_parameters_within_limits_is_verified() {
    let phc = argon2_of_zeroes(64, 4, 4);
    let stored = SecretHash::parse(&phc).expect("parameters within the limits");
    let key = PlainKey::parse(ALL_ZERO).expect("the all-zero vector");
    assert_eq!(
        stored.verify(key.secret(), &mut ProofMemory::default()),
        Ok(true),
        "the stored parameters must be used"
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
fn stored_hash_outside_limits_is_rejected() {
    const SALT: &str = "BwcHBwcHBwcHBwcHBwcHBw";
    const OUT: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let check = |text: String, expected: HashError, why: &str| {
        let error = SecretHash::parse(&text).expect_err(why);
        assert_eq!(error, expected, "{why}: {text}");
    };
    let with = |params: &str| format!("$argon2id$v=19${params}${SALT}${OUT}");
    assert!(
        SecretHash::parse(&with("m=65536,t=4,p=4")).is_ok(),
        "the limits are inclusive"
    );
    check(
        with("m=65537,t=2,p=1"),
        HashError::ExcessiveWork,
        "more than 64 MiB",
    );
    check(
        with("m=4294967295,t=2,p=1"),
        HashError::ExcessiveWork,
        "4 TiB",
    );
    check(
        with("m=19456,t=5,p=1"),
        HashError::ExcessiveWork,
        "five passes",
    );
    check(
        with("m=19456,t=2,p=5"),
        HashError::ExcessiveWork,
        "five lanes",
    );
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
        "unknown data",
    );
    check(
        with("m=019456,t=2,p=1"),
        HashError::Malformed,
        "a leading zero",
    );
    check(
        format!("$argon2i$v=19$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::UnsupportedAlgorithm,
        "argon2i",
    );
    check(
        format!("$argon2d$v=19$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::UnsupportedAlgorithm,
        "argon2d",
    );
    check(
        format!("$argon2id$v=16$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::UnsupportedAlgorithm,
        "the older version of Argon2",
    );
    check(
        format!("$argon2id$m=19456,t=2,p=1${SALT}${OUT}"),
        HashError::UnsupportedAlgorithm,
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
        "trailing space",
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
