//! Whether the Playground may send a request: in production, whatever does more than read is asked about first. Only a
//! manner, not a guard: what passes is the gateway's to decide, by the key.

use keystile_keys::{EnvironmentId, Permission, Stage};
use keystile_policy::{Access, RequestFacts};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Allows a request with this method and target. `is_confirmed`: the user was asked.
    ///
    /// # Errors
    /// `NotFound`, `ProductionUnconfirmed`, or a `Store` error.
    pub async fn confirm_request(
        &self,
        environment: &EnvironmentId,
        method: &str,
        target: &str,
        is_confirmed: bool,
    ) -> Result<(), RegistryError> {
        let gateway = self.show_gateway(environment).await?;
        // What cannot be sent changes nothing; sending it is refused with the reason.
        let reads = RequestFacts::parse(method, target).map_or(true, |request| {
            match gateway.rules().required_access(&request).access {
                Access::Key(permission) => permission == Permission::Read,
                // A request on an open route may change something all the same.
                Access::Open => Permission::needed_for(method) == Permission::Read,
            }
        });
        if reads || is_confirmed || gateway.environment.stage != Stage::Production {
            return Ok(());
        }
        Err(RegistryError::ProductionUnconfirmed)
    }
}
