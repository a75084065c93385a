//! Create a project to try Keystile with: its environment has the sample API behind its gateway, so that nothing of the
//! user's own is needed.

use keystile_keys::Stage;
use keystile_store::{EnvironmentRow, ProjectRow, StoreError, UniqueRule};

use crate::edit_gateway::GatewayFields;
use crate::error::RegistryError;
use crate::fields::EnvironmentFields;
use crate::registry::Registry;

/// What the project is called, with a number when that is taken.
const NAME: &str = "Sample shop";
/// Names that are tried. Whoever has taken them all is not at the first run.
const MOST_NAMES: usize = 100;

impl Registry {
    /// Creates the project and its environment.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn create_sample(&self) -> Result<(ProjectRow, EnvironmentRow), RegistryError> {
        let fields = EnvironmentFields {
            name: "development".to_owned(),
            stage: Stage::Development,
            prefix: None,
            endpoint: None,
            key_location: None,
        };
        for number in 1..=MOST_NAMES {
            let name = if number == 1 {
                NAME.to_owned()
            } else {
                format!("{NAME} {number}")
            };
            let created = match self.create_project(&name, Some(&fields)).await {
                Err(RegistryError::Store(StoreError::Taken(UniqueRule::ProjectName))) => continue,
                created => created?,
            };
            let environment = created
                .environment
                .ok_or(RegistryError::NotFound("environment"))?;
            let gateway = GatewayFields {
                preserve_host: true,
                passes_preflights: false,
                uses_sample: true,
                rules: Vec::new(),
            };
            self.edit_gateway(&environment.id, &gateway).await?;
            return Ok((created.project, environment));
        }
        Err(StoreError::Taken(UniqueRule::ProjectName).into())
    }
}
