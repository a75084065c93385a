//! Errors of the store. Message, code, and help are for users; the cause is only a source, for the log.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::postgres::error::PostgresError;

/// Why the store cannot be opened, read, or written.
#[derive(Debug, Error, Diagnostic)]
pub enum StoreError {
    /// The file is damaged (SQLITE_CORRUPT, SQLITE_NOTADB).
    #[error("{} is damaged.", sentence_start(path))]
    #[diagnostic(
        code("database_corrupt"),
        help(
            "Nothing was changed. Restore {} from a backup, or move it aside to start with an empty database.",
            mid_sentence(path)
        )
    )]
    Corrupt {
        /// The database file; empty if the error occurred in an open database.
        path: PathBuf,
        /// The error of SQLite.
        #[source]
        cause: Option<sqlx::Error>,
    },
    /// The file is not a Keystile database.
    #[error("{} is not a Keystile database, or is damaged.", path.display())]
    #[diagnostic(
        code("not_a_keystile_database"),
        help("It was not changed. Move {} aside, then try again.", path.display())
    )]
    NotKeystile {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of Keystile wrote the database.
    #[error("The database {} uses schema {found}; this version of Keystile supports schema {known}.", path.display())]
    #[diagnostic(
        code("unsupported_schema"),
        help("It was not changed. Install a newer version of Keystile.")
    )]
    UnsupportedSchema {
        /// The database file.
        path: PathBuf,
        /// The schema version of the file.
        found: i64,
        /// The schema version of this program.
        known: i64,
    },
    /// Another version of Keystile created the database: its schema has the same or a lower number, but other
    /// migrations.
    #[error("Another version of Keystile created the database {}.", path.display())]
    #[diagnostic(
        code("unsupported_schema"),
        help(
            "It was not changed. Use the version that created it, or move the folder {} aside to start with an empty store.",
            path.parent().unwrap_or(path).display()
        )
    )]
    OtherMigrations {
        /// The database file.
        path: PathBuf,
        /// The error of sqlx.
        #[source]
        cause: sqlx::migrate::MigrateError,
    },
    /// The file or its directory cannot be written.
    #[error("Cannot write {}.", mid_sentence(path))]
    #[diagnostic(
        code("database_read_only"),
        help(
            "Give your user write access to {}, then try again.",
            mid_sentence(path)
        )
    )]
    ReadOnly {
        /// The file or directory; empty if the error occurred in an open database.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: Option<std::io::Error>,
    },
    /// Other users can access the directory.
    #[error("Other users of this machine can access {}.", path.display())]
    #[diagnostic(
        code("insecure_permissions"),
        help("Restrict it: chmod 700 '{}'", path.display())
    )]
    InsecurePermissions {
        /// The directory.
        path: PathBuf,
    },
    /// There is no Keystile database at the path.
    #[error("There is no Keystile database at {}.", path.display())]
    #[diagnostic(
        code("database_missing"),
        help("Restore the file, or use the folder of another store.")
    )]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The path is not a directory, or a directory without a database that other users can access.
    #[error("{} is not a Keystile store.", path.display())]
    #[diagnostic(
        code("not_a_store"),
        help("Use the folder of a store, or one that does not exist yet.")
    )]
    NotStore {
        /// The path.
        path: PathBuf,
    },
    /// The directory belongs to another user.
    #[error("The store {} belongs to another user.", path.display())]
    #[diagnostic(
        code("wrong_owner"),
        help("Run Keystile as its owner, or use another folder.")
    )]
    OtherOwner {
        /// The directory.
        path: PathBuf,
    },
    /// A row contains a value that the schema does not allow.
    #[error("The database contains an invalid {kind}.")]
    #[diagnostic(code("database_corrupt"), help("Restore the database from a backup."))]
    InvalidRow {
        /// The kind of the value.
        kind: String,
    },
    /// The directory is on a network file system.
    #[error("{} is on a network file system.", path.display())]
    #[diagnostic(
        code("network_filesystem"),
        help(
            "Use a folder on a local disk; on a network file system, revocations could be missed."
        )
    )]
    NetworkFilesystem {
        /// The directory.
        path: PathBuf,
    },
    /// The disk is full (SQLITE_FULL).
    #[error("The disk is full. Nothing was changed.")]
    #[diagnostic(code("disk_full"), help("Free some space, then try again."))]
    DiskFull,
    /// Another process held the lock for longer than the busy timeout of 5 s (SQLITE_BUSY).
    #[error("Another program is using the database. Nothing was changed.")]
    #[diagnostic(code("database_busy"), help("Try again."))]
    Busy,
    /// A row with the same unique value exists.
    #[error(transparent)]
    #[diagnostic(transparent)]
    UniqueViolation(UniqueRule),
    /// A transaction without an audit row was not committed. A defect of the program.
    #[error("The change was not stored because it has no audit entry.")]
    #[diagnostic(
        code("database_failed"),
        help("Try again. If it fails again, see the log.")
    )]
    MissingAuditRow,
    /// The usage file cannot be read or written. Keys work, but their usage counts are incomplete.
    #[error("Usage counts are not available: {} {}", path.display(), file_problem(cause))]
    #[diagnostic(
        code("usage_unavailable"),
        help("{}", file_help(path, cause, "usage counts are"))
    )]
    Usage {
        /// The usage file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: Box<StoreError>,
    },
    /// Usage counts cannot be written to the PostgreSQL database. Keys work, but the counts are incomplete.
    #[error("Usage counts are not available: {cause}")]
    #[diagnostic(
        code("usage_unavailable"),
        help("Keys work. The counts are written when the server accepts them again.")
    )]
    UsageTables {
        /// The cause.
        #[source]
        cause: Box<StoreError>,
    },
    /// The request log cannot be read or written. Keys work, but their requests are not logged.
    #[error("The request log is not available: {} {}", path.display(), file_problem(cause))]
    #[diagnostic(
        code("request_log_unavailable"),
        help("{}", file_help(path, cause, "the request log is"))
    )]
    RequestLog {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: Box<StoreError>,
    },
    /// An error of a store on PostgreSQL.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Postgres(#[from] PostgresError),
    /// Another error of SQLite or the operating system.
    #[error("The database cannot be used.")]
    #[diagnostic(
        code("database_failed"),
        help("Try again. If it fails again, see the log.")
    )]
    Failed {
        /// The cause.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn sentence_start(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return "The database".to_owned();
    }
    format!("The database {}", path.display())
}

fn mid_sentence(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return "the database".to_owned();
    }
    path.display().to_string()
}

/// Says what is wrong with a file that can be lost.
fn file_problem(cause: &StoreError) -> &'static str {
    match cause {
        StoreError::Corrupt { .. } | StoreError::InvalidRow { .. } => "is damaged.",
        StoreError::NotKeystile { .. } => "is not a file of Keystile.",
        StoreError::ReadOnly { .. } => "cannot be read and written.",
        StoreError::DiskFull => "cannot grow because the disk is full.",
        StoreError::Busy => "is in use by another program.",
        _ => "cannot be used.",
    }
}

fn file_help(path: &Path, cause: &StoreError, content: &str) -> String {
    match cause {
        StoreError::ReadOnly { .. } => format!(
            "Give your user access to {}, or move it aside: only {content} lost.",
            path.display()
        ),
        StoreError::DiskFull => "Free some space, then try again.".to_owned(),
        StoreError::Busy => "Try again.".to_owned(),
        _ => format!("Move {} aside: only {content} lost.", path.display()),
    }
}

/// The uniqueness rules of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Diagnostic)]
pub enum UniqueRule {
    /// Project names are unique.
    #[error("A project with this name already exists.")]
    #[diagnostic(code("name_taken"), help("Choose another name."))]
    ProjectName,
    /// Environment names are unique in their project.
    #[error("An environment with this name already exists in this project.")]
    #[diagnostic(code("name_taken"), help("Choose another name."))]
    EnvironmentName,
    /// Names of keys that are not revoked are unique in their environment.
    #[error("A key with this name already exists in this environment.")]
    #[diagnostic(code("name_taken"), help("Choose another name."))]
    KeyName,
    /// Prefixes of environments are unique.
    #[error("Another environment uses this prefix, or issued keys with it.")]
    #[diagnostic(code("prefix_taken"), help("Choose another prefix."))]
    Prefix,
    /// A request to issue a key is processed once.
    #[error("This request was already processed.")]
    #[diagnostic(code("already_issued"), help("Send a new request."))]
    IdempotencyKey,
}

impl StoreError {
    /// Wraps an error of the usage file at `path`.
    pub(crate) fn usage(path: &Path, cause: Self) -> Self {
        Self::Usage {
            path: path.to_owned(),
            cause: Box::new(cause),
        }
    }

    /// Wraps an error of the request log at `path`.
    pub(crate) fn request_log(path: &Path, cause: Self) -> Self {
        Self::RequestLog {
            path: path.to_owned(),
            cause: Box::new(cause),
        }
    }

    /// Creates the error of a row that violates the schema.
    pub(crate) fn invalid_row(kind: &str) -> Self {
        Self::InvalidRow {
            kind: kind.to_owned(),
        }
    }
}

pub(crate) fn unwritable(path: &Path, cause: std::io::Error) -> StoreError {
    if cause.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::DiskFull;
    }
    StoreError::ReadOnly {
        path: path.to_owned(),
        cause: Some(cause),
    }
}
