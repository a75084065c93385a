//! The address of a store as an argument of a test's program.

use std::ffi::OsString;

use keystile_store::{Store, StoreAddress, StoreError};

/// Opens the store at an address: a folder, in which a missing store is created, or a PostgreSQL database.
///
/// # Errors
/// Those of the store; `InvalidAddress`.
pub async fn open_store(argument: OsString, actor: &'static str) -> Result<Store, StoreError> {
    match StoreAddress::parse(&argument)? {
        StoreAddress::Folder(directory) => Store::open(&directory, actor).await,
        address @ StoreAddress::Postgres(_) => Store::open_at(&address, actor).await,
    }
}
