//! What an environment would be, while its form is being filled in: its stage, its prefix and what a key of it looks
//! like. Stores nothing.

use keystile_keys::{EnvironmentId, Prefix, Stage};
use keystile_store::EnvironmentRow;

use crate::error::RegistryError;
use crate::fields;
use crate::registry::Registry;

/// A key id for examples; no key has it.
const EXAMPLE_ID: &str = "7Qf3aB2kLm9X";

/// What the form shows beside its fields.
#[derive(Debug)]
pub struct EnvironmentPreview {
    /// The stage given, or guessed from the name.
    pub stage: Stage,
    /// The prefix as entered, or made from the name.
    pub prefix: String,
    /// The beginning of a key with this prefix.
    pub example: String,
    /// Why this prefix cannot be used.
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
        let (prefix, problem) = match prefix {
            None => {
                let free = fields::free_prefix(&mut connection, name, environment).await?;
                (free.as_str().to_owned(), None)
            }
            Some(text) => {
                let problem = match Prefix::parse(text.trim()) {
                    Err(error) => Some(RegistryError::Prefix(error)),
                    Ok(prefix) => {
                        EnvironmentRow::is_prefix_taken(&mut connection, &prefix, environment)
                            .await?
                            .then_some(RegistryError::Store(
                                keystile_store::StoreError::UniqueViolation(
                                    keystile_store::UniqueRule::Prefix,
                                ),
                            ))
                    }
                };
                (text.trim().to_owned(), problem)
            }
        };
        Ok(EnvironmentPreview {
            stage: stage.unwrap_or_else(|| Stage::guess(name)),
            example: format!("{prefix}_{EXAMPLE_ID}_…"),
            prefix,
            problem,
        })
    }
}
