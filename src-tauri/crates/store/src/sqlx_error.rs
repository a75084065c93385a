//! Translates errors of sqlx, which are those of SQLite and of PostgreSQL.

use std::path::PathBuf;

use sqlx::error::ErrorKind;
use sqlx::postgres::PgDatabaseError;

use crate::error::{StoreError, UniqueRule};
use crate::postgres::error::PostgresError;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>()
            {
                Some(_) => from_postgres(error),
                None => from_sqlite(error),
            },
            // Only connections to a server have these.
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
                PostgresError::Unreachable { cause: error }.into()
            }
            sqlx::Error::Tls(_) => PostgresError::Tls { cause: error }.into(),
            _ => failed(error),
        }
    }
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::Failed {
        cause: Box::new(error),
    }
}

fn unique_violation(rule: Option<UniqueRule>) -> StoreError {
    match rule {
        Some(rule) => StoreError::UniqueViolation(rule),
        None => StoreError::Failed {
            cause: "unknown unique constraint".into(),
        },
    }
}

/// Translates an error by its result code.
fn from_sqlite(error: sqlx::Error) -> StoreError {
    let Some(database) = error.as_database_error() else {
        return failed(error);
    };
    if database.kind() == ErrorKind::UniqueViolation {
        return unique_violation(sqlite_unique_rule(database.message()));
    }
    // Extended result codes carry the primary one in their low byte: https://www.sqlite.org/rescode.html
    let code = database
        .code()
        .and_then(|code| code.parse::<i32>().ok())
        .unwrap_or(0)
        & 0xff;
    match code {
        libsqlite3_sys::SQLITE_BUSY | libsqlite3_sys::SQLITE_LOCKED => StoreError::Busy,
        // CANTOPEN in an open database: the journal cannot be created.
        libsqlite3_sys::SQLITE_READONLY | libsqlite3_sys::SQLITE_CANTOPEN => StoreError::ReadOnly {
            path: PathBuf::new(),
            cause: None,
        },
        libsqlite3_sys::SQLITE_CORRUPT | libsqlite3_sys::SQLITE_NOTADB => StoreError::Corrupt {
            path: PathBuf::new(),
            cause: Some(error),
        },
        libsqlite3_sys::SQLITE_FULL => StoreError::DiskFull,
        _ => StoreError::Failed {
            cause: Box::new(error),
        },
    }
}

/// Parses the columns of the violated index: <https://www.sqlite.org/rescode.html#constraint_unique>.
fn sqlite_unique_rule(message: &str) -> Option<UniqueRule> {
    let columns = message
        .rsplit_once(": ")
        .map_or(message, |(_, columns)| columns);
    match columns {
        "projects.folded_name" => Some(UniqueRule::ProjectName),
        "environments.project_id, environments.folded_name" => Some(UniqueRule::EnvironmentName),
        "environments.prefix" => Some(UniqueRule::Prefix),
        "keys.environment_id, keys.folded_name" => Some(UniqueRule::KeyName),
        "secret_versions.idempotency_key" => Some(UniqueRule::IdempotencyKey),
        _ => None,
    }
}

/// Translates an error by its SQLSTATE (PostgreSQL documentation, appendix A).
fn from_postgres(error: sqlx::Error) -> StoreError {
    let Some(database) = postgres_error(&error) else {
        return failed(error);
    };
    let code = database.code().to_owned();
    let translated = match code.as_str() {
        "23505" => return unique_violation(database.constraint().and_then(postgres_unique_rule)),
        // lock_not_available, query_canceled, idle_in_transaction_session_timeout
        "55P03" | "57014" | "25P03" => return StoreError::Busy,
        // disk_full
        "53100" => return StoreError::DiskFull,
        // read_only_sql_transaction
        "25006" => PostgresError::Standby,
        // invalid_catalog_name
        "3D000" => PostgresError::NoDatabase { cause: error },
        // undefined_table, invalid_schema_name
        "42P01" | "3F000" => PostgresError::NoStore,
        // invalid_sql_statement_name, duplicate_prepared_statement
        "26000" | "42P05" => PostgresError::TransactionPooler,
        // insufficient_privilege
        "42501" => PostgresError::MissingPrivilege { cause: error },
        // Class 28: invalid authorization specification.
        code if code.starts_with("28") => PostgresError::WrongPassword { cause: error },
        // Class 08: connection exception; too_many_connections; shutdown and startup of the server.
        code if code.starts_with("08") || code.starts_with("57P") || code == "53300" => {
            PostgresError::Unreachable { cause: error }
        }
        _ => return failed(error),
    };
    translated.into()
}

fn postgres_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

/// Returns the rule of a violated index.
fn postgres_unique_rule(constraint: &str) -> Option<UniqueRule> {
    match constraint {
        "projects_name" => Some(UniqueRule::ProjectName),
        "environments_name" => Some(UniqueRule::EnvironmentName),
        "environments_prefix" => Some(UniqueRule::Prefix),
        "keys_name" => Some(UniqueRule::KeyName),
        "secret_versions_idempotency_key" => Some(UniqueRule::IdempotencyKey),
        _ => None,
    }
}
