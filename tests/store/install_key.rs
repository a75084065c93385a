//! `install.key`: 32 bytes, kept, and made anew only when it is of no use.

use crate::ground::Ground;

#[tokio::test]
async fn the_install_key_is_32_bytes_and_kept() {
    let ground = Ground::new();
    let first = *ground.open().await.install_key().expose();
    let file = std::fs::read(ground.directory().join("install.key")).expect("a file");
    assert_eq!(file, first, "the file is the key and nothing else");
    assert_ne!(first, [0; 32]);
    assert_eq!(*ground.open().await.install_key().expose(), first);
    let other = *Ground::new().open().await.install_key().expose();
    assert_ne!(other, first, "each installation has its own");
}

#[tokio::test]
async fn an_install_key_of_another_length_is_made_anew() {
    for length in [0, 1, 31, 33, 4096] {
        let ground = Ground::new();
        let first = *ground.open().await.install_key().expose();
        let path = ground.directory().join("install.key");
        std::fs::write(&path, vec![7; length]).expect("written");
        let second = *ground.open().await.install_key().expose();
        assert_ne!(second, first, "half a key protects nothing");
        let file = std::fs::read(&path).expect("a file");
        assert_eq!(file, second, "cut short at {length} bytes");
    }
}

#[tokio::test]
async fn an_install_key_that_was_lost_is_made_anew() {
    let ground = Ground::new();
    let first = *ground.open().await.install_key().expose();
    std::fs::remove_file(ground.directory().join("install.key")).expect("removed");
    let second = *ground.open().await.install_key().expose();
    assert_ne!(second, first, "keys are proven by Argon2id and tagged anew");
}
