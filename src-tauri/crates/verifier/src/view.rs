//! The checks of one request share one look at the database.

use std::sync::Arc;

use keystile_keys::{EnvironmentId, Permission, Timestamp};

use crate::answer::{Environment, Verification};
use crate::database_state::DatabaseState;
use crate::error::{Error, RejectReason};
use crate::verifier::Verifier;

/// A verifier and a look at the database. Taken after a request has arrived and used for that request, it is as exact as the
/// verifier itself, and the database is looked at once for all checks.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    verifier: &'a Verifier,
    state: DatabaseState,
}

impl Verifier {
    /// Looks at the database.
    pub fn view(&self) -> View<'_> {
        self.view_of(self.database_state())
    }

    /// Uses a look at the database that was taken since the request came.
    pub fn view_of(&self, state: DatabaseState) -> View<'_> {
        View {
            verifier: self,
            state,
        }
    }

    /// Looks at the database, for [`Verifier::view_of`].
    pub fn database_state(&self) -> DatabaseState {
        let ground = self.inside.shared.ground.load();
        DatabaseState(match ground.last_commit() {
            Ok(_) if ground.is_gone() => Err(RejectReason::Gone),
            commit => commit,
        })
    }
}

impl<'a> View<'a> {
    /// Returns the verifier.
    pub fn verifier(&self) -> &'a Verifier {
        self.verifier
    }

    /// As [`Verifier::verify`].
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        self.verifier
            .verify_as_of(self.state, text, environment, permission, now)
            .await
    }

    /// As [`Verifier::environment`].
    ///
    /// # Errors
    /// As [`Verifier::environment`].
    pub async fn environment(&self, reference: &str) -> Result<Option<Arc<Environment>>, Error> {
        self.verifier.environment_as_of(self.state, reference).await
    }
}
