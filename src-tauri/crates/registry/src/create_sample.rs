//! Creates a sample project. The gateway of its environment uses the built-in sample API, so that it needs no endpoint.

use keystile_keys::Stage;
use keystile_store::{EnvironmentRow, ProjectRow};

use crate::error::RegistryError;
use crate::field::Field;
use crate::input::{self, EnvironmentInput, GatewayInput};
use crate::registry::Registry;

/// The name of the project. If it is taken, a number is added.
const NAME: &str = "Sample shop";
const MAX_NAMES: usize = 100;

impl Registry {
    /// Creates the project, its environment, and its gateway in one transaction.
    ///
    /// # Errors
    /// `NameTaken` if 100 sample projects exist, or a `Store` error.
    pub async fn create_sample(&self) -> Result<(ProjectRow, EnvironmentRow), RegistryError> {
        let fields = EnvironmentInput {
            name: "development".to_owned(),
            stage: Stage::Development,
            prefix: None,
            endpoint: None,
            key_location: None,
            default_days: None,
            max_days: None,
        }
        .check()?;
        let mut write = self.store.write().await?;
        for number in 1..=MAX_NAMES {
            let name = if number == 1 {
                NAME.to_owned()
            } else {
                format!("{NAME} {number}")
            };
            let existing = ProjectRow::find_by_name(write.connection(), &name).await?;
            if existing.is_some() {
                continue;
            }
            let name = input::parse_name(&name, Field::ProjectName)?;
            let created = match self.add_project(&mut write, &name, Some(&fields)).await {
                Err(RegistryError::NameConfusable { .. }) => continue,
                created => created?,
            };
            let environment = created
                .environment
                .ok_or(RegistryError::NotFound("environment"))?;
            let gateway = GatewayInput {
                sample_upstream: Some(true),
                ..GatewayInput::default()
            };
            self.change_gateway(&mut write, &environment.id, &gateway)
                .await?;
            write.commit().await?;
            return Ok((created.project, environment));
        }
        Err(RegistryError::NameTaken {
            field: Field::ProjectName,
            name: NAME.to_owned(),
        })
    }
}
