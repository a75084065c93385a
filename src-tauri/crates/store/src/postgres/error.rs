//! Errors of a store on PostgreSQL. None contains a password.

use miette::Diagnostic;
use thiserror::Error;

/// Why a store on PostgreSQL cannot be opened, read, or written.
#[derive(Debug, Error, Diagnostic)]
pub enum PostgresError {
    /// The address cannot be parsed.
    #[error("The address of the PostgreSQL server is not valid.")]
    #[diagnostic(
        code("invalid_address"),
        help("Write postgres://USER@HOST:PORT/DATABASE. Escape special characters with %.")
    )]
    InvalidAddress {
        /// What is wrong.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server does not respond, or the connection was lost.
    #[error("The PostgreSQL server cannot be reached.")]
    #[diagnostic(
        code("server_unreachable"),
        help("Check host, port, and network, and that the server runs. Then try again.")
    )]
    Unreachable {
        /// The error of the connection.
        #[source]
        cause: sqlx::Error,
    },
    /// The certificate of the server is not trusted, or the server has no TLS.
    #[error("No trusted TLS connection to the PostgreSQL server is possible.")]
    #[diagnostic(
        code("untrusted_server"),
        help(
            "Give the certificate authority with sslrootcert=FILE in the address. Use sslmode=disable only on a network that no one else can read."
        )
    )]
    Tls {
        /// The error of TLS.
        #[source]
        cause: sqlx::Error,
    },
    /// Wrong user or password (SQLSTATE class 28).
    #[error("The PostgreSQL server rejected the user or the password.")]
    #[diagnostic(
        code("wrong_password"),
        help(
            "Check the user. Give the password in the file that PGPASSFILE names, or in the address."
        )
    )]
    WrongPassword {
        /// The error of the server.
        #[source]
        cause: sqlx::Error,
    },
    /// There is no such database (3D000).
    #[error("The PostgreSQL server has no such database.")]
    #[diagnostic(
        code("database_missing"),
        help("Create it: createdb NAME. Then run keystile store init.")
    )]
    NoDatabase {
        /// The error of the server.
        #[source]
        cause: sqlx::Error,
    },
    /// The server is older than version 14.
    #[error("The PostgreSQL server has version {found}.")]
    #[diagnostic(code("unsupported_server"), help("Use PostgreSQL 14 or later."))]
    OldServer {
        /// Its version.
        found: u32,
    },
    /// The server is a standby (25006).
    #[error("The PostgreSQL server is a standby, which only reads.")]
    #[diagnostic(code("standby"), help("Use the address of the primary server."))]
    Standby,
    /// A statement reached another server connection than the one that prepared it (26000, 42P05).
    #[error("The connection to PostgreSQL goes through a transaction pooler.")]
    #[diagnostic(
        code("transaction_pooler"),
        help("Use the address of the server, or a pooler in session mode.")
    )]
    TransactionPooler,
    /// The database has no store.
    #[error("The PostgreSQL database has no Keystile store.")]
    #[diagnostic(
        code("store_missing"),
        help("Create it: keystile store init, or copy one with keystile store copy.")
    )]
    NoStore,
    /// The database has a store already.
    #[error("The PostgreSQL database has a Keystile store already.")]
    #[diagnostic(code("store_exists"), help("Use it, or use another database."))]
    StoreExists,
    /// The schema is older than this program needs.
    #[error("The store has schema {found}; this version of Keystile needs schema {known}.")]
    #[diagnostic(
        code("old_schema"),
        help("Run keystile store migrate. Programs of the version before keep working.")
    )]
    OldSchema {
        /// The schema version of the store.
        found: i64,
        /// The schema version of this program.
        known: i64,
    },
    /// The schema is newer than this program supports.
    #[error(
        "The store needs a program that supports schema {needed}; this version of Keystile supports schema {known}."
    )]
    #[diagnostic(
        code("unsupported_schema"),
        help("It was not changed. Install a newer version of Keystile.")
    )]
    NewSchema {
        /// What the store needs.
        needed: i64,
        /// The schema version of this program.
        known: i64,
    },
    /// The install key is that of another deployment.
    #[error("The install key belongs to another deployment.")]
    #[diagnostic(
        code("other_install_key"),
        help(
            "Use the install key that keystile store init has written, as file (KEYSTILE_INSTALL_KEY_FILE) or in hexadecimal (KEYSTILE_INSTALL_KEY)."
        )
    )]
    OtherInstallKey,
    /// The install key cannot be parsed.
    #[error("The install key is not valid.")]
    #[diagnostic(
        code("invalid_install_key"),
        help(
            "KEYSTILE_INSTALL_KEY is 64 hexadecimal digits; the file that KEYSTILE_INSTALL_KEY_FILE names has 32 bytes."
        )
    )]
    InvalidInstallKey,
    /// Keys cannot be issued or changed without the install key.
    #[error("This program has no install key of the deployment, so that it can only check keys.")]
    #[diagnostic(
        code("no_install_key"),
        help(
            "Give the install key that keystile store init has written, as file (KEYSTILE_INSTALL_KEY_FILE) or in hexadecimal (KEYSTILE_INSTALL_KEY)."
        )
    )]
    NoInstallKey,
    /// The reply to a commit was lost, and the server cannot be reached.
    #[error(
        "The connection was lost while the change was stored. It may have been stored, or not."
    )]
    #[diagnostic(
        code("unknown_outcome"),
        help(
            "When the server can be reached, check whether the change is there. Repeat a revocation: it does no harm."
        )
    )]
    UnknownOutcome,
    /// The role of the user does not allow it (42501).
    #[error("The role of the PostgreSQL user does not allow this.")]
    #[diagnostic(
        code("missing_privilege"),
        help("Grant the user the role that it needs; keystile store roles prints the roles.")
    )]
    MissingPrivilege {
        /// The error of the server.
        #[source]
        cause: sqlx::Error,
    },
    /// There is no folder for the files of this machine.
    #[error("There is no folder for the files of this machine.")]
    #[diagnostic(
        code("no_state_folder"),
        help("Set KEYSTILE_STATE to a folder that only this user can access.")
    )]
    NoStateFolder,
}
