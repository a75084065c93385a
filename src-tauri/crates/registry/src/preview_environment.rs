//! Previews an environment while its form is filled in. Nothing is stored.

use keystile_keys::{EnvironmentId, Stage};
use keystile_store::EnvironmentRow;

use crate::environments::free_prefix;
use crate::error::RegistryError;
use crate::input;
use crate::registry::Registry;

/// A key id for examples.
const EXAMPLE_ID: &str = "7Qf3aB2kLm9X";

/// The values that the form shows beside its fields.
#[derive(Debug)]
pub struct EnvironmentPreview {
    /// The stage as entered, or guessed from the name.
    pub stage: Stage,
    /// The prefix as entered, or derived from the name.
    pub prefix: String,
    /// The beginning of a key with this prefix.
    pub example: String,
    /// The stage that the prefix names, if it is not the environment's.
    pub other_stage: Option<Stage>,
    /// Why the prefix cannot be used.
    pub problem: Option<RegistryError>,
}

impl Registry {
    /// Previews an environment. `environment` is the one being edited.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn preview_environment(
        &self,
        name: &str,
        stage: Option<Stage>,
        prefix: Option<&str>,
        environment: Option<&EnvironmentId>,
    ) -> Result<EnvironmentPreview, RegistryError> {
        let mut connection = self.store.read().await?;
        let stage = stage.unwrap_or_else(|| Stage::guess(name));
        let (prefix, problem) = match prefix {
            None => {
                let prefix = free_prefix(&mut connection, name, stage, environment).await?;
                (prefix.as_str().to_owned(), None)
            }
            Some(text) => {
                let problem = match input::parse_prefix(text) {
                    Err(error) => Some(error),
                    Ok(prefix) => {
                        EnvironmentRow::is_prefix_taken(&mut connection, &prefix, environment)
                            .await?
                            .then_some(RegistryError::PrefixTaken)
                    }
                };
                (text.trim().to_owned(), problem)
            }
        };
        Ok(EnvironmentPreview {
            stage,
            other_stage: Stage::named_in(&prefix).filter(|named| *named != stage),
            example: format!("{prefix}_{EXAMPLE_ID}_…"),
            prefix,
            problem,
        })
    }
}
