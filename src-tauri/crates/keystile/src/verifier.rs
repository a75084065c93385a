//! The verifier for programs: takes environments by name, and takes care of the time and of usage counts.

use std::sync::Arc;

use keystile_guard::Guard;
#[cfg(feature = "tower")]
use keystile_guard::GuardLayer;
use keystile_verifier::{Environment, EnvironmentId, KeyInfo, Permission, Verification};

use crate::error::Error;

/// Checks API keys against one store. Open one per program; cloning is cheap, and all clones share their cache.
#[derive(Clone, Debug)]
pub struct Verifier(pub(crate) keystile_verifier::Verifier);

impl Verifier {
    /// Finds an environment by its id, or as `Project/environment` regardless of case.
    ///
    /// # Errors
    /// [`Error::UnknownEnvironment`] or [`Error::Unavailable`].
    pub async fn environment(&self, reference: &str) -> Result<Arc<Environment>, Error> {
        let environment = self.0.environment(reference).await?;
        environment.ok_or_else(|| Error::UnknownEnvironment {
            reference: reference.to_owned(),
        })
    }

    /// Creates a guard for the requests of an environment. The guard stays valid when the environment is renamed.
    ///
    /// # Errors
    /// See [`Verifier::environment`].
    pub async fn guard(&self, environment: &str) -> Result<Guard, Error> {
        let environment = self.environment(environment).await?;
        Ok(Guard::new(self.0.clone(), environment.id))
    }

    /// Creates a `tower::Layer` that rejects unauthorized requests to an environment.
    ///
    /// # Errors
    /// See [`Verifier::environment`].
    #[cfg(feature = "tower")]
    pub async fn layer(&self, environment: &str) -> Result<GuardLayer, Error> {
        Ok(GuardLayer::new(self.guard(environment).await?))
    }

    /// Checks whether `key` has `permission` in an environment, and counts a use of the key. For programs that receive
    /// keys otherwise than in the header of a request; nothing is added to the request log.
    ///
    /// # Errors
    /// [`Error::Busy`] or [`Error::Unavailable`]: no decision was possible, and the request must be rejected.
    pub async fn verify(
        &self,
        key: &str,
        environment: &EnvironmentId,
        permission: Permission,
    ) -> Result<Verification, Error> {
        let now = self.0.now();
        let verification = self.0.verify(key, environment, permission, now).await?;
        self.0.record(&verification, permission, None, now);
        Ok(verification)
    }

    /// Checks an accepted key again: for streams and WebSockets, which outlive the decision about their
    /// request. Is not counted as a use.
    ///
    /// # Errors
    /// See [`Verifier::verify`].
    pub async fn recheck(
        &self,
        key: &KeyInfo,
        environment: &EnvironmentId,
        permission: Permission,
    ) -> Result<Verification, Error> {
        let now = self.0.now();
        let verification = self
            .0
            .recheck(&key.id, key.secret.version, environment, permission, now)
            .await?;
        Ok(verification)
    }

    /// Returns whether keys can be checked at the moment, for readiness probes.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.0.ready().await?)
    }

    /// Writes usage counts and the request log. Call it before the program ends, or up to 10 s of counts and a second
    /// of the log are lost. Other clones stay usable.
    ///
    /// # Errors
    /// [`Error::Store`] if the counts cannot be written.
    pub async fn shutdown(self) -> Result<(), Error> {
        Ok(self.0.shutdown().await?)
    }
}
