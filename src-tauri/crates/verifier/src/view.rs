//! Several checks by one reading of the database header.

use std::sync::Arc;

use keystile_keys::{EnvironmentId, Permission, Timestamp};

use crate::check::{CheckRequest, Freshness};
use crate::database_state::DatabaseState;
use crate::error::{Error, UnavailableReason};
use crate::verification::{Environment, Verification};
use crate::verifier::Verifier;

/// A verifier with a [`DatabaseState`]. Created after a request has arrived and used for that request only, it is as
/// exact as the verifier, and reads the header once for all checks.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    verifier: &'a Verifier,
    database: DatabaseState,
}

impl Verifier {
    /// Reads the header of the database for the checks of one request.
    pub fn view(&self) -> View<'_> {
        self.view_at(self.database_state())
    }

    /// Returns a view with a header that was read after the request arrived.
    pub fn view_at(&self, database: DatabaseState) -> View<'_> {
        View {
            verifier: self,
            database,
        }
    }

    /// Reads the header of the database.
    pub fn database_state(&self) -> DatabaseState {
        let state = self.inner.shared.state.load();
        DatabaseState(match state.last_commit() {
            Ok(_) if state.is_missing() => Err(UnavailableReason::Missing),
            commit => commit,
        })
    }
}

impl<'a> View<'a> {
    /// Returns the verifier.
    pub fn verifier(&self) -> &'a Verifier {
        self.verifier
    }

    /// Checks a key; see [`Verifier::verify`].
    ///
    /// # Errors
    /// See [`Verifier::verify`].
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let request = CheckRequest::new(environment, permission, now);
        self.verifier
            .check(text, request, Freshness::AsOf(self.database))
            .await
    }

    /// Finds an environment; see [`Verifier::environment`].
    ///
    /// # Errors
    /// See [`Verifier::environment`].
    pub async fn environment(&self, reference: &str) -> Result<Option<Arc<Environment>>, Error> {
        self.verifier
            .find_environment(self.database, reference)
            .await
    }
}
