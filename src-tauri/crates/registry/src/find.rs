//! Finds projects, environments and keys by what people call them: an id, or a name without regard to case. Every program
//! resolves references here; what could mean two things is an error.

use keystile_keys::{EnvironmentId, KeyId};
use keystile_store::{EnvironmentRow, KeyRow, ProjectRow};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Returns the project with this id or name; `None` if there is none.
    ///
    /// # Errors
    /// `Ambiguous` when it is the id of one and the name of another, or a `Store` error.
    pub async fn find_project(&self, reference: &str) -> Result<Option<ProjectRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        let by_id = match reference.parse() {
            Ok(id) => ProjectRow::find(&mut connection, &id).await?,
            Err(_) => None,
        };
        let by_name = ProjectRow::find_by_name(&mut connection, reference).await?;
        let is_same = |one: &ProjectRow, other: &ProjectRow| one.id == other.id;
        only_one("project", reference, by_id, by_name, is_same)
    }

    /// Returns the environment with this id, or the one that is called `project/environment`; `None` if there is none.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn find_environment(
        &self,
        reference: &str,
    ) -> Result<Option<EnvironmentRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        Ok(EnvironmentRow::find_by_reference(&mut connection, reference).await?)
    }

    /// Returns the key of an environment with this id, in any state, or with this name, if it has not ended; `None` if there
    /// is none.
    ///
    /// # Errors
    /// `Ambiguous` when it is the id of one and the name of another, or a `Store` error.
    pub async fn find_key(
        &self,
        environment: &EnvironmentId,
        reference: &str,
    ) -> Result<Option<KeyRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        let by_id = match reference.parse::<KeyId>() {
            Ok(id) => KeyRow::find(&mut connection, id)
                .await?
                .filter(|key| key.environment_id == *environment),
            Err(_) => None,
        };
        let by_name = KeyRow::find_by_name(&mut connection, environment, reference).await?;
        let is_same = |one: &KeyRow, other: &KeyRow| one.id == other.id;
        only_one("key", reference, by_id, by_name, is_same)
    }

    /// Whether an environment has keys that its deletion would revoke: pending, active or disabled ones.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn has_active_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<bool, RegistryError> {
        let mut connection = self.store.read().await?;
        Ok(KeyRow::has_active_keys(&mut connection, environment).await?)
    }
}

fn only_one<T>(
    noun: &'static str,
    reference: &str,
    by_id: Option<T>,
    by_name: Option<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Result<Option<T>, RegistryError> {
    match (by_id, by_name) {
        (Some(one), Some(other)) if !is_same(&one, &other) => Err(RegistryError::Ambiguous {
            noun,
            reference: reference.to_owned(),
        }),
        (by_id, by_name) => Ok(by_id.or(by_name)),
    }
}
