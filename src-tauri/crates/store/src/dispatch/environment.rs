//! Reads and writes environments.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Timestamp};

use crate::connection::{Connection, on_database};
use crate::environment::{EnvironmentChange, EnvironmentRow, NewEnvironment};
use crate::error::StoreError;
use crate::write::Write;

impl EnvironmentRow {
    /// Returns the environments of a project, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_in_project(
        connection: &mut Connection<'_>,
        project: &ProjectId,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, environment::list_in_project(project))
    }

    /// Returns the environment with this id, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut Connection<'_>,
        id: &EnvironmentId,
    ) -> Result<Option<Self>, StoreError> {
        on_database!(connection, environment::find(id))
    }

    /// Returns the environment with these case-insensitive names, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut Connection<'_>,
        project: &str,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        // Nothing is stored under an invalid name.
        let (Ok(project), Ok(name)) = (Name::parse(project), Name::parse(name)) else {
            return Ok(None);
        };
        on_database!(connection, environment::find_by_name(&project, &name))
    }

    /// Returns the environment with an id or a case-insensitive `project/environment`. Names contain no slash, so a
    /// reference is never ambiguous.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_reference(
        connection: &mut Connection<'_>,
        reference: &str,
    ) -> Result<Option<Self>, StoreError> {
        if let Ok(id) = reference.parse() {
            return Self::find(connection, &id).await;
        }
        match reference.split_once('/') {
            Some((project, name)) => Self::find_by_name(connection, project, name).await,
            None => Ok(None),
        }
    }

    /// Returns whether an environment other than `except` uses a prefix or issued keys with it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_prefix_taken(
        connection: &mut Connection<'_>,
        prefix: &Prefix,
        except: Option<&EnvironmentId>,
    ) -> Result<bool, StoreError> {
        on_database!(connection, environment::is_prefix_taken(prefix, except))
    }
}

impl Write<'_> {
    /// Inserts an environment.
    ///
    /// # Errors
    /// `UniqueViolation(EnvironmentName | Prefix)`, or the database cannot be written.
    pub async fn add_environment(
        &mut self,
        new: &NewEnvironment<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), environment::add_environment(new, now))
    }

    /// Updates an environment. `name: None` keeps the stored one, which may be one that a new name must not be.
    ///
    /// # Errors
    /// `UniqueViolation(EnvironmentName | Prefix)`, or the database cannot be written.
    pub async fn edit_environment(
        &mut self,
        id: &EnvironmentId,
        name: Option<&Name>,
        change: EnvironmentChange<'_>,
    ) -> Result<(), StoreError> {
        on_database!(
            self.connection(),
            environment::edit_environment(id, name, change)
        )
    }

    /// Stores the time of the first claim of a key. Returns whether it was the first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn activate_environment(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        on_database!(
            self.connection(),
            environment::activate_environment(id, now)
        )
    }

    /// Stores the time when the first key was issued, which fixes the prefix.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn fix_prefix(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), environment::fix_prefix(id, now))
    }

    /// Marks an environment as deleted. The caller must revoke its keys first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_environment(
        &mut self,
        id: &EnvironmentId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), environment::delete_environment(id, now))
    }
}
