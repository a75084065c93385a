//! Lists the verifiers of a shared store.

use crate::error::StoreError;
use crate::postgres::replica::list;
use crate::replica::Replica;
use crate::store::{Backend, Store};

impl Store {
    /// Returns the verifiers that have registered for a lease; none on SQLite, which needs no leases.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn replicas(&self) -> Result<Vec<Replica>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(Vec::new()),
            Backend::Postgres(store) => {
                let rows = list(&mut *store.read().await?).await?;
                rows.iter().map(Replica::from_row).collect()
            }
        }
    }
}
