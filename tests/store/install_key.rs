//! The file `install.key`.

use crate::temp_store::TempStore;

#[tokio::test]
async fn install_key_has_32_bytes_and_is_kept() {
    let temp = TempStore::new();
    let first = *temp.open().await.install_key().expose();
    let file = std::fs::read(temp.store_path().join("install.key")).expect("a file");
    assert_eq!(file, first, "the file must contain only the key");
    assert_ne!(first, [0; 32]);
    assert_eq!(*temp.open().await.install_key().expose(), first);
    let other = *TempStore::new().open().await.install_key().expose();
    assert_ne!(other, first, "install keys must differ");
}

#[tokio::test]
async fn install_key_of_another_length_is_replaced() {
    for length in [0, 1, 31, 33, 4096] {
        let temp = TempStore::new();
        let first = *temp.open().await.install_key().expose();
        let path = temp.store_path().join("install.key");
        std::fs::write(&path, vec![7; length]).expect("written");
        let second = *temp.open().await.install_key().expose();
        assert_ne!(second, first, "a truncated key must be replaced");
        let file = std::fs::read(&path).expect("a file");
        assert_eq!(file, second, "truncated to {length} bytes");
    }
}

#[tokio::test]
async fn lost_install_key_is_replaced() {
    let temp = TempStore::new();
    let first = *temp.open().await.install_key().expose();
    std::fs::remove_file(temp.store_path().join("install.key")).expect("removed");
    let second = *temp.open().await.install_key().expose();
    assert_ne!(second, first, "a lost key must be replaced");
}
