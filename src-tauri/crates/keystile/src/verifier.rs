//! The verifier as a program uses it: by name of an environment, with the time and the counting of uses taken care of.

use std::sync::Arc;

use keystile_guard::Guard;
#[cfg(feature = "tower")]
use keystile_guard::GuardLayer;
use keystile_verifier::{Environment, EnvironmentId, KeyId, Permission, Verification};

use crate::error::Error;

/// Checks API keys against one store. Cloning is cheap; all clones share their cache. Open one for the life of the program.
#[derive(Clone, Debug)]
pub struct Verifier(pub(crate) keystile_verifier::Verifier);

impl Verifier {
    /// Finds an environment by its id or as `Project/environment`, without regard to case.
    ///
    /// # Errors
    /// [`Error::UnknownEnvironment`]; [`Error::Unavailable`].
    pub async fn environment(&self, reference: &str) -> Result<Arc<Environment>, Error> {
        let found = self.0.environment(reference).await?;
        found.ok_or_else(|| Error::UnknownEnvironment {
            reference: reference.to_owned(),
        })
    }

    /// Creates a guard for the requests of an environment, named as in [`Verifier::environment`]. It keeps the environment's
    /// id: renaming the environment changes nothing.
    ///
    /// # Errors
    /// As [`Verifier::environment`].
    pub async fn guard(&self, environment: &str) -> Result<Guard, Error> {
        let environment = self.environment(environment).await?;
        Ok(Guard::new(self.0.clone(), environment.id))
    }

    /// Creates a `tower::Layer` that lets only authorized requests of an environment through.
    ///
    /// # Errors
    /// As [`Verifier::environment`].
    #[cfg(feature = "tower")]
    pub async fn layer(&self, environment: &str) -> Result<GuardLayer, Error> {
        Ok(GuardLayer::new(self.guard(environment).await?))
    }

    /// Checks whether `key` may do something that requires `permission` in an environment, and counts it as a use of the key.
    /// For programs that receive keys in another way than as the header of a request.
    ///
    /// # Errors
    /// [`Error::Busy`] or [`Error::Unavailable`]: no decision could be made, and nothing may be allowed.
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

    /// Checks again a key that was accepted before, by its public id: for streams and WebSockets, which outlive the decision
    /// about their request. Is not counted.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn recheck(
        &self,
        key: &KeyId,
        environment: &EnvironmentId,
        permission: Permission,
    ) -> Result<Verification, Error> {
        let now = self.0.now();
        Ok(self.0.recheck(key, environment, permission, now).await?)
    }

    /// Returns whether keys can be checked at the moment: for a readiness probe.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.0.ready().await?)
    }

    /// Writes how often keys were used. Call it before the program ends, or up to 10 s of counts are lost. Other clones go on
    /// working.
    ///
    /// # Errors
    /// [`Error::Store`] if the counts cannot be written.
    pub async fn shutdown(self) -> Result<(), Error> {
        Ok(self.0.shutdown().await?)
    }
}
