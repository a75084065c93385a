//! Presented keys, compared with plain keys.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{InstallKey, PlainKey, Prefix, PresentedKey, ProofMemory, Tagger, os_random};

fn plain(prefix: &str) -> PlainKey {
    let prefix = Prefix::parse(prefix).expect("a prefix");
    PlainKey::generate(&prefix, &mut os_random()).expect("a key")
}

#[test]
fn presented_key_equals_plain_key() {
    let install_key = InstallKey::generate(&mut os_random()).expect("a key");
    let tagger = Tagger::new(&install_key);
    for prefix in ["ks_prod", "a_b_c", "zz", "abcdefghij0123456789"] {
        for _ in 0..200 {
            let plain = plain(prefix);
            let shown = PresentedKey::parse(plain.expose()).expect("a key");
            assert_eq!(shown.prefix(), prefix);
            assert_eq!(shown.id(), plain.id());
            assert_eq!(shown.secret().expose(), plain.secret().expose());
            assert!(
                shown.tag(&tagger) == tagger.tag(plain.secret()),
                "both must have the same tag"
            );
        }
    }
}

#[test]
fn presented_key_rejects_malformed_input() {
    let plain = plain("ks_prod");
    let text = plain.expose();
    for at in 0..text.len() {
        for other in ["", "_", "A", "é", "zz"] {
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert_eq!(
                PresentedKey::parse(&changed).err(),
                PlainKey::parse(&changed).err(),
                "both must return the same error"
            );
        }
    }
}

#[test]
fn tagger_uses_its_install_key() {
    let first = InstallKey::generate(&mut os_random()).expect("a key");
    let second = InstallKey::generate(&mut os_random()).expect("a key");
    let secret = plain("ks_prod");
    let secret = secret.secret();
    assert_eq!(Tagger::new(&first).tag(secret), secret.tag(&first));
    assert_ne!(Tagger::new(&first).tag(secret), secret.tag(&second));
    assert_eq!(
        Tagger::new(&first).install_key_id(),
        Tagger::new(&first).install_key_id()
    );
    assert_ne!(
        Tagger::new(&first).install_key_id(),
        Tagger::new(&second).install_key_id(),
        "install keys must have different ids"
    );
}

#[test]
fn reused_memory_does_not_change_verification() {
    let mut memory = ProofMemory::default();
    let (right, wrong) = (plain("ks_prod"), plain("ks_prod"));
    let hash = right.secret().hash(&mut os_random()).expect("a hash");
    for _ in 0..2 {
        assert_eq!(hash.verify(right.secret(), &mut memory), Ok(true));
        assert_eq!(hash.verify(wrong.secret(), &mut memory), Ok(false));
    }
}
