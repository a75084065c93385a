//! Reads and writes projects.

use keystile_keys::{Name, ProjectId, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::project::ProjectRow;
use crate::write::Write;

impl ProjectRow {
    /// Returns all projects, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all(connection: &mut Connection<'_>) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, project::all())
    }

    /// Returns the project with this id, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut Connection<'_>,
        id: &ProjectId,
    ) -> Result<Option<Self>, StoreError> {
        on_database!(connection, project::find(id))
    }

    /// Returns the project with this name, without regard to case, unless it was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut Connection<'_>,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        // Nothing is stored under an invalid name.
        let Ok(name) = Name::parse(name) else {
            return Ok(None);
        };
        on_database!(connection, project::find_by_name(&name))
    }
}

impl Write<'_> {
    /// Inserts a project.
    ///
    /// # Errors
    /// `UniqueViolation(ProjectName)`, or the database cannot be written.
    pub async fn add_project(
        &mut self,
        id: &ProjectId,
        name: &Name,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), project::add_project(id, name, now))
    }

    /// Renames a project.
    ///
    /// # Errors
    /// `UniqueViolation(ProjectName)`, or the database cannot be written.
    pub async fn rename_project(&mut self, id: &ProjectId, name: &Name) -> Result<(), StoreError> {
        on_database!(self.connection(), project::rename_project(id, name))
    }

    /// Marks a project as deleted. The caller must delete its environments first.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_project(
        &mut self,
        id: &ProjectId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), project::delete_project(id, now))
    }
}
