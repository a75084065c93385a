//! What can go wrong with the file, told apart by what a person can do about it. Every layer above passes these on
//! unchanged. It names causes but prints none: the private cause is a source, for the log.

use std::path::{Path, PathBuf};

use sqlx::error::ErrorKind;

/// An accident of storage. `Display` is the sentence, [`StoreError::advice`] the next step.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The pages do not hold together (SQLITE_CORRUPT, SQLITE_NOTADB, or a row that says what no row may say).
    #[error("{} is damaged.", database(path))]
    Corrupt {
        /// The database file; empty when it was found out in the middle of something.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        cause: Option<sqlx::Error>,
    },
    /// A SQLite file, or some other file, that another program made.
    #[error("The file {} was not made by Keystile.", path.display())]
    NotKeystile {
        /// The file.
        path: PathBuf,
    },
    /// Written by a newer Keystile.
    #[error("The database {} was written by a newer Keystile (schema {found}; this one knows {known}).", path.display())]
    UnsupportedSchema {
        /// The database file.
        path: PathBuf,
        /// The schema version in the file.
        found: i64,
        /// The schema version of this program.
        known: i64,
    },
    /// The file or its directory cannot be written.
    #[error("{} cannot be written.", place(path))]
    ReadOnly {
        /// The file or directory; empty when it was found out in the middle of something.
        path: PathBuf,
        /// The refusal of the system.
        #[source]
        cause: Option<std::io::Error>,
    },
    /// The directory lets other users of the machine in.
    #[error("The directory {} is open to other users of this machine.", path.display())]
    InsecurePermissions {
        /// The directory.
        path: PathBuf,
    },
    /// There is no database of Keystile at the path.
    #[error("There is no Keystile database at {}.", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The directory has no database and is open to other users, or is no directory: it is not a store.
    #[error("{} is not a Keystile store.", path.display())]
    NotStore {
        /// What was named as the store.
        path: PathBuf,
    },
    /// The directory belongs to another user.
    #[error("The store {} belongs to another user.", path.display())]
    OtherOwner {
        /// The directory.
        path: PathBuf,
    },
    /// A row has a value that the schema does not allow.
    #[error("A row of the database has an invalid {what}.")]
    InvalidRow {
        /// The kind of the value.
        what: String,
    },
    /// The directory lies on a network file system.
    #[error("The directory {} is on a network drive.", path.display())]
    NetworkDrive {
        /// The directory.
        path: PathBuf,
    },
    /// No space is left (SQLITE_FULL).
    #[error("The disk that holds the database is full. Nothing was changed.")]
    DiskFull,
    /// Another process held the lock longer than the busy timeout of 5 s (SQLITE_BUSY).
    #[error("Another program is using the database. Nothing was changed.")]
    Busy,
    /// A uniqueness rule of the schema was met.
    #[error("{0}")]
    UniqueViolation(UniqueRule),
    /// A transaction was about to commit without an audit row. A defect of the program, stopped here.
    #[error("A change was about to be stored without a record of it, so it was not stored.")]
    MissingAuditRow,
    /// The usage file cannot be read or written. Keys work; what is shown of their use is incomplete.
    #[error("The use of keys cannot be counted or shown: {} {}", path.display(), usage_problem(cause))]
    Usage {
        /// The usage file.
        path: PathBuf,
        /// What it is about.
        #[source]
        cause: Box<StoreError>,
    },
    /// Everything else SQLite or the system says.
    #[error("The database could not be used.")]
    Failed {
        /// What was said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn database(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return "The database".to_owned();
    }
    format!("The database {}", path.display())
}

fn place(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return "The database".to_owned();
    }
    path.display().to_string()
}

fn file(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return "the database".to_owned();
    }
    path.display().to_string()
}

fn usage_problem(cause: &StoreError) -> &'static str {
    match cause {
        StoreError::Corrupt { .. } | StoreError::InvalidRow { .. } => "is damaged.",
        StoreError::NotKeystile { .. } => "was not made by Keystile.",
        StoreError::ReadOnly { .. } => "cannot be read and written.",
        StoreError::DiskFull => "cannot grow, because the disk is full.",
        StoreError::Busy => "is being used by another program.",
        _ => "could not be used.",
    }
}

/// The uniqueness rules of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueRule {
    /// Project names, in the database.
    ProjectName,
    /// Environment names, in a project.
    EnvironmentName,
    /// Key names, among the living keys of an environment.
    KeyName,
    /// Environment prefixes, in the database.
    Prefix,
    /// One key a submission.
    Idempotency,
}

impl std::fmt::Display for UniqueRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ProjectName => "Another project has this name.",
            Self::EnvironmentName => "Another environment of this project has this name.",
            Self::KeyName => "Another key of this environment has this name.",
            Self::Prefix => "Another environment has this prefix, or issued keys with it.",
            Self::Idempotency => "This was submitted already.",
        })
    }
}

impl StoreError {
    /// The stable code that windows and terminals branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Corrupt { .. } | Self::InvalidRow { .. } => "database_corrupt",
            Self::Missing { .. } => "database_missing",
            Self::NotStore { .. } => "store_missing",
            Self::OtherOwner { .. } => "store_owner",
            Self::NotKeystile { .. } => "database_foreign",
            Self::UnsupportedSchema { .. } => "database_newer",
            Self::ReadOnly { .. } => "database_read_only",
            Self::InsecurePermissions { .. } => "database_exposed",
            Self::NetworkDrive { .. } => "database_on_network",
            Self::DiskFull => "database_full",
            Self::Busy => "database_busy",
            Self::UniqueViolation(UniqueRule::Prefix) => "prefix_taken",
            Self::UniqueViolation(_) => "name_taken",
            Self::Usage { .. } => "usage_unavailable",
            Self::MissingAuditRow | Self::Failed { .. } => "database_failed",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Corrupt { path, .. } => format!(
                "Nothing in it was changed. Restore {} from a backup, or move it aside to start with an empty database.",
                file(path)
            ),
            Self::NotKeystile { path } => {
                format!(
                    "It was left as it is. Move {} away, then try again.",
                    path.display()
                )
            }
            Self::UnsupportedSchema { .. } => "It was left as it is. Install the newer Keystile.".to_owned(),
            Self::ReadOnly { path, .. } => {
                format!(
                    "Allow your user to write to {}, then try again.",
                    file(path)
                )
            }
            Self::InsecurePermissions { path } => {
                format!("Restrict it with: chmod 700 '{}'", path.display())
            }
            Self::Missing { .. } => {
                "Restore the file, or name the folder of a store.".to_owned()
            }
            Self::NotStore { .. } => {
                "Name the folder of a store, or one that does not exist yet.".to_owned()
            }
            Self::OtherOwner { .. } => {
                "Run Keystile as the user who owns it, or use another folder.".to_owned()
            }
            Self::InvalidRow { .. } => {
                "Restore the database from a backup.".to_owned()
            }
            Self::Usage { path, cause } => match &**cause {
                Self::ReadOnly { .. } => format!(
                    "Give your user {}, or move it away: only counts are lost.",
                    path.display()
                ),
                Self::DiskFull | Self::Busy => cause.advice(),
                _ => format!("Move {} away: only counts are lost.", path.display()),
            },
            Self::NetworkDrive { .. } => {
                "Keep the database on a disk of this machine: on a network drive revocations could be missed."
                    .to_owned()
            }
            Self::DiskFull => "Free some space, then try again.".to_owned(),
            Self::Busy => "Try again in a moment.".to_owned(),
            Self::UniqueViolation(_) => "Choose another.".to_owned(),
            Self::MissingAuditRow | Self::Failed { .. } => {
                "Try again. If it happens again, look into the log.".to_owned()
            }
        }
    }

    /// What happened to the usage file at `path`.
    pub(crate) fn usage(path: &Path, cause: Self) -> Self {
        Self::Usage {
            path: path.to_owned(),
            cause: Box::new(cause),
        }
    }

    /// A row says what no row may say: the schema's own checks were circumvented.
    pub(crate) fn impossible_row(what: &str) -> Self {
        Self::InvalidRow {
            what: what.to_owned(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            return Self::Failed {
                cause: Box::new(error),
            };
        };
        if database.kind() == ErrorKind::UniqueViolation {
            return unique_rule(database.message()).map_or_else(
                || Self::Failed {
                    cause: "an unknown uniqueness rule".into(),
                },
                Self::UniqueViolation,
            );
        }
        // Extended result codes carry the primary one in their low byte: https://www.sqlite.org/rescode.html
        let code = database
            .code()
            .and_then(|code| code.parse::<i32>().ok())
            .unwrap_or(0)
            & 0xff;
        match code {
            libsqlite3_sys::SQLITE_BUSY | libsqlite3_sys::SQLITE_LOCKED => Self::Busy,
            // CANTOPEN: of a file that is open already, it is the journal that cannot be made beside it.
            libsqlite3_sys::SQLITE_READONLY | libsqlite3_sys::SQLITE_CANTOPEN => Self::ReadOnly {
                path: PathBuf::new(),
                cause: None,
            },
            libsqlite3_sys::SQLITE_CORRUPT | libsqlite3_sys::SQLITE_NOTADB => Self::Corrupt {
                path: PathBuf::new(),
                cause: Some(error),
            },
            libsqlite3_sys::SQLITE_FULL => Self::DiskFull,
            _ => Self::Failed {
                cause: Box::new(error),
            },
        }
    }
}

/// SQLite names the columns of the index that was hit: <https://www.sqlite.org/rescode.html#constraint_unique>.
fn unique_rule(message: &str) -> Option<UniqueRule> {
    let columns = message
        .rsplit_once(": ")
        .map_or(message, |(_, columns)| columns);
    match columns {
        "projects.folded_name" => Some(UniqueRule::ProjectName),
        "environments.project_id, environments.folded_name" => Some(UniqueRule::EnvironmentName),
        "environments.prefix" => Some(UniqueRule::Prefix),
        "keys.environment_id, keys.folded_name" => Some(UniqueRule::KeyName),
        "keys.idempotency" => Some(UniqueRule::Idempotency),
        _ => None,
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
