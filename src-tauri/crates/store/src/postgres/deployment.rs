//! The row of a deployment: which store it is, and which programs may use it.

use keystile_keys::InstallKeyId;
use keystile_lease::Incarnation;
use sqlx::PgConnection;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::postgres::error::PostgresError;
use crate::postgres::unnamed;

/// The schema version of this program.
pub(crate) const SCHEMA_VERSION: i64 = 1;

/// What all programs on a database share.
#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    schema_version: i64,
    min_program: i64,
    pub(crate) install_key_id: InstallKeyId,
}

impl Deployment {
    /// Reads the row.
    ///
    /// # Errors
    /// `NoStore` if the database has no store.
    pub(crate) async fn read(connection: &mut PgConnection) -> Result<Self, StoreError> {
        let row = unnamed::query(
            "SELECT id, schema_version, min_program, install_key_id FROM keystile.deployment",
        )
        .fetch_optional(connection)
        .await?;
        let row = row.ok_or(PostgresError::NoStore)?;
        let install_key_id = <[u8; 8]>::try_from(row.bytes("install_key_id")?)
            .map_err(|_| StoreError::invalid_row("install key id"))?;
        Ok(Self {
            id: row.text("id")?,
            schema_version: row.integer("schema_version")?,
            min_program: row.integer("min_program")?,
            install_key_id: InstallKeyId::from_bytes(install_key_id),
        })
    }

    /// Returns whether the database has a store.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) async fn exists(connection: &mut PgConnection) -> Result<bool, StoreError> {
        match Self::read(connection).await {
            Ok(_) => Ok(true),
            Err(StoreError::Postgres(PostgresError::NoStore)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Checks that the schema does not need a newer program.
    ///
    /// # Errors
    /// `NewSchema`.
    pub(crate) fn check_program(&self) -> Result<(), PostgresError> {
        match self.min_program > SCHEMA_VERSION {
            true => Err(PostgresError::NewSchema {
                needed: self.min_program,
                known: SCHEMA_VERSION,
            }),
            false => Ok(()),
        }
    }

    /// Checks that this program supports the schema.
    ///
    /// # Errors
    /// `NewSchema` or `OldSchema`.
    pub(crate) fn check_schema(&self) -> Result<(), PostgresError> {
        self.check_program()?;
        let known = SCHEMA_VERSION;
        if self.schema_version < known {
            return Err(PostgresError::OldSchema {
                found: self.schema_version,
                known,
            });
        }
        Ok(())
    }

    /// Adds the row of a new store.
    ///
    /// # Errors
    /// The database cannot be written.
    pub(crate) async fn add(
        connection: &mut PgConnection,
        id: &str,
        install_key_id: InstallKeyId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO keystile.deployment
               (id, schema_version, min_program, install_key_id, incarnation, settled, counting_since)
             VALUES ($1, $2, $2, $3, pg_postmaster_start_time(), true,
               (extract(epoch FROM clock_timestamp()) * 1000)::bigint)",
        )
        .bind(id)
        .bind(SCHEMA_VERSION)
        .bind(install_key_id.as_bytes().as_slice())
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Locks the row, which excludes other writers, and returns the incarnation of the server and whether it is settled. A server
/// that was started since the last write is not.
///
/// # Errors
/// `Busy` if another program holds the lock for too long, or the row cannot be written.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<(Incarnation, bool), StoreError> {
    let rows = sqlx::query(
        "SELECT settled, incarnation = pg_postmaster_start_time() AS is_current,
           (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS incarnation
         FROM keystile.deployment FOR UPDATE",
    )
    .fetch_all(&mut *connection)
    .await?;
    let row = rows.first().ok_or(PostgresError::NoStore)?;
    let incarnation = Incarnation(row.integer("incarnation")?);
    if row.boolean("is_current")? {
        return Ok((incarnation, row.boolean("settled")?));
    }
    sqlx::query(
        "UPDATE keystile.deployment SET incarnation = pg_postmaster_start_time(), settled = false",
    )
    .execute(connection)
    .await?;
    Ok((incarnation, false))
}

/// Stores that a change has waited for the whole time of a lease, if the server is still the one that committed it.
///
/// # Errors
/// The row cannot be written.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    incarnation: Incarnation,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keystile.deployment SET settled = true
          WHERE NOT settled AND incarnation = pg_postmaster_start_time()
            AND (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint = $1",
    )
    .bind(incarnation.0)
    .execute(connection)
    .await?;
    Ok(())
}
