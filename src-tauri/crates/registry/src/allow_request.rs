//! Whether the Playground may send a request: in production, whatever does more than read is asked about first. Only a
//! manner, not a guard: what passes is the gateway's to decide, by the key.

use keystile_keys::{EnvironmentId, Permission, Stage};
use keystile_policy::{Access, RequestKind};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Allows a request with this method and target. `is_confirmed`: the user was asked.
    ///
    /// # Errors
    /// `NotFound`, `ProductionUnconfirmed`, or a `Store` error.
    pub async fn allow_request(
        &self,
        environment: &EnvironmentId,
        method: &str,
        target: &str,
        is_confirmed: bool,
    ) -> Result<(), RegistryError> {
        let gateway = self.show_gateway(environment).await?;
        let path = target.split('?').next().unwrap_or(target);
        let routed = gateway.rules().need(method, path, RequestKind::Plain);
        let reads = match routed.need {
            Access::Key(permission) => permission == Permission::Read,
            // Whoever needs no key may change something all the same.
            Access::Open => Permission::needed_for(method) == Permission::Read,
        };
        if reads || is_confirmed || gateway.environment.stage != Stage::Production {
            return Ok(());
        }
        Err(RegistryError::ProductionUnconfirmed)
    }
}
