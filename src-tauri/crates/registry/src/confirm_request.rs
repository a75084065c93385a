//! Asks for confirmation before the Playground sends a request that may change production data. This protects against
//! mistakes only; the gateway authorizes the request.

use keystile_keys::{EnvironmentId, Permission, Stage};
use keystile_policy::{Access, RequestFacts};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Checks whether a request may be sent. `is_confirmed`: the user confirmed it.
    ///
    /// # Errors
    /// `ProductionUnconfirmed`, `NotFound`, or a `Store` error.
    pub async fn confirm_request(
        &self,
        environment: &EnvironmentId,
        method: &str,
        target: &str,
        is_confirmed: bool,
    ) -> Result<(), RegistryError> {
        let gateway = self.show_gateway(environment).await?;
        // An invalid request changes nothing; sending it fails with the reason.
        let is_read = RequestFacts::parse(method, target).map_or(true, |request| {
            match gateway.rules().required_access(&request).access {
                Access::Key(permission) => permission == Permission::Read,
                // A request to a public route may still change something.
                Access::Open => Permission::needed_for(method) == Permission::Read,
            }
        });
        if is_read || is_confirmed || gateway.environment.stage != Stage::Production {
            return Ok(());
        }
        Err(RegistryError::ProductionUnconfirmed)
    }
}
