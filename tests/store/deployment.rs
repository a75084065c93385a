//! Creating and opening a store on PostgreSQL.

use keystile_store::{PostgresAddress, Store, StoreAddress, StoreError};
use keystile_tests::diagnostic::{error_code, error_help};

use crate::temp_store::{TempStore, add_project};

fn postgres_address(temp: &TempStore) -> PostgresAddress {
    match temp.address() {
        StoreAddress::Postgres(address) => address,
        StoreAddress::Folder(_) => panic!("the store must be on PostgreSQL"),
    }
}

async fn open(temp: &TempStore) -> Result<Store, StoreError> {
    Store::open_at(&temp.address(), "test").await
}

#[tokio::test]
async fn database_without_a_store_is_not_opened() {
    let temp = TempStore::new();
    let error = open(&temp).await.expect_err("there is no store");
    assert_eq!(error_code(&error), "store_missing");
    assert!(error_help(&error).contains("keystile store init"));
}

#[tokio::test]
async fn existing_store_is_not_replaced() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    let created = Store::create_in(&postgres_address(&temp)).await;
    assert_eq!(
        error_code(&created.expect_err("a store exists")),
        "store_exists"
    );
    Store::migrate(&postgres_address(&temp))
        .await
        .expect("nothing to migrate");
    let opened = open(&temp).await.expect("the same store");
    assert_eq!(
        opened.install_key().expose(),
        store.install_key().expose(),
        "a new install key would make all tags worthless"
    );
}

#[tokio::test]
async fn concurrent_creations_make_one_store() {
    for _ in 0..3 {
        let temp = TempStore::new();
        let address = postgres_address(&temp);
        let code = async || match Store::create_in(&address).await {
            Ok(_) => "created".to_owned(),
            Err(error) => error_code(&error),
        };
        let (one, two, three) = tokio::join!(code(), code(), code());
        let mut codes = [one, two, three];
        codes.sort_unstable();
        assert_eq!(codes, ["created", "store_exists", "store_exists"]);
        open(&temp).await.expect("a store with its install key");
    }
}

#[tokio::test]
async fn missing_database_and_unreachable_server_have_codes_of_their_own() {
    let temp = TempStore::new();
    let url = temp.address_text();
    let (server, _database) = url.rsplit_once('/').expect("a database");
    for (address, code) in [
        (format!("{server}/nowhere"), "database_missing"),
        (
            "postgres://postgres@127.0.0.1:9/nowhere".to_owned(),
            "server_unreachable",
        ),
    ] {
        let address: PostgresAddress = address.parse().expect("an address");
        let opened = Store::open_at(&StoreAddress::Postgres(address), "test").await;
        assert_eq!(error_code(&opened.expect_err("no store")), code);
    }
}

#[tokio::test]
async fn install_key_of_another_deployment_is_refused() {
    let temp = TempStore::new();
    temp.open().await.close().await;
    std::fs::write(temp.store_path().join("install.key"), [7; 32]).expect("written");
    let error = open(&temp).await.expect_err("the key is another one");
    assert_eq!(error_code(&error), "other_install_key");
    std::fs::write(temp.store_path().join("install.key"), [7; 31]).expect("written");
    let error = open(&temp).await.expect_err("the key is too short");
    assert_eq!(error_code(&error), "invalid_install_key");
}

#[tokio::test]
async fn store_without_its_install_key_is_read_and_not_written() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    std::fs::remove_file(temp.store_path().join("install.key")).expect("removed");
    let store = open(&temp).await.expect("a store");
    assert_eq!(crate::write::names(&store).await, ["Acme"]);
    let error = add_project(&store, "Other").await.expect_err("no key");
    assert_eq!(error_code(&error), "no_install_key");
}
