//! Create a project to try Keystile with: its environment has the sample API behind its gateway, so that nothing of the
//! user's own is needed.

use keystile_keys::Stage;
use keystile_store::{EnvironmentRow, ProjectRow, StoreError, UniqueRule};

use crate::edit_gateway::GatewayInput;
use crate::error::{Field, RegistryError};
use crate::fields::{self, EnvironmentInput};
use crate::registry::Registry;

/// What the project is called, with a number when that is taken.
const NAME: &str = "Sample shop";
/// Names that are tried. Whoever has taken them all is not at the first run.
const MAX_NAMES: usize = 100;

impl Registry {
    /// Creates the project, its environment and its gateway: all or nothing.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn create_sample(&self) -> Result<(ProjectRow, EnvironmentRow), RegistryError> {
        let fields = EnvironmentInput {
            name: "development".to_owned(),
            stage: Stage::Development,
            prefix: None,
            endpoint: None,
            key_location: None,
        };
        let fields = fields.check()?;
        let mut write = self.store.write().await?;
        for number in 1..=MAX_NAMES {
            let name = if number == 1 {
                NAME.to_owned()
            } else {
                format!("{NAME} {number}")
            };
            if ProjectRow::find_by_name(write.connection(), &name)
                .await?
                .is_some()
            {
                continue;
            }
            let name = fields::name(&name, Field::ProjectName)?;
            let created = self.add_project(&mut write, &name, Some(&fields)).await?;
            let environment = created
                .environment
                .ok_or(RegistryError::NotFound("environment"))?;
            let gateway = GatewayInput {
                preserve_host: true,
                allow_preflight: false,
                sample_upstream: true,
                rules: Vec::new(),
            };
            self.edit_gateway_in(&mut write, &environment.id, &gateway)
                .await?;
            write.commit().await?;
            return Ok((created.project, environment));
        }
        Err(StoreError::UniqueViolation(UniqueRule::ProjectName).into())
    }
}
