//! When the next key of each environment expires, for metrics.

use keystile_store::{KeyRow, NextExpiry};

use crate::error::{Error, UnavailableReason};
use crate::verifier::Verifier;

impl Verifier {
    /// Returns the next expiry of a usable key of each environment that has one. Reads the database.
    ///
    /// # Errors
    /// `Unavailable` if the database cannot be read.
    pub async fn next_expiries(&self) -> Result<Vec<NextExpiry>, Error> {
        let state = self.inner.shared.state.load_full();
        let now = self.latest_time();
        let read = async { KeyRow::next_expiries(&mut state.store.read().await?, now).await };
        read.await.map_err(|error| {
            tracing::warn!(%error, "reading the next expiries failed");
            Error::Unavailable(UnavailableReason::Unreadable)
        })
    }
}
