//! `store`.

use std::ffi::OsString;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Create a store in an empty PostgreSQL database.
    #[command(after_help = PASSWORDS)]
    Init,
    /// Check a store: its server or folder, audit log, and usage counts.
    Check,
    /// Bring the schema of a store on PostgreSQL up to date. Programs of the version before keep working.
    Migrate,
    /// Print the SQL of the PostgreSQL roles: keystile_issuer, keystile_verifier, and keystile_auditor.
    #[command(after_help = ROLES)]
    Roles {
        /// Create the roles, or update their privileges, instead of printing the SQL.
        #[arg(long)]
        apply: bool,
    },
    /// Copy a store to another folder or database. Its keys stay valid.
    #[command(after_help = COPY)]
    Copy(CopyStore),
}

#[derive(Debug, Args)]
pub(crate) struct CopyStore {
    /// Store to copy: its folder, or postgres://USER@HOST/DATABASE.
    #[arg(long, value_name = "STORE")]
    pub(crate) from: OsString,
    /// Where to copy it: a folder that does not exist yet, or the address of an empty database.
    #[arg(long, value_name = "STORE")]
    pub(crate) to: OsString,
}

const PASSWORDS: &str = "\
Other users of this machine can see a password in an address. Put it into the file ~/.pgpass, into one that PGPASSFILE names,
or into the variable PGPASSWORD.";

const ROLES: &str = "\
Create the roles with keystile store roles --apply, and grant one to each user of the database:
  CREATE ROLE checkout_api LOGIN PASSWORD '...';
  GRANT keystile_verifier TO checkout_api;";

const COPY: &str = "\
Stop the programs that issue and revoke keys first: what they change later is not in the copy. The copy has the same install
key, ids, audit log, and usage counts; of settings, gateway ports, and keychain entries it has those of this machine. The request
log is not copied. A key whose prompt is open is not valid in the copy.
A target that has the same audit log already is not changed. Any other target with a store is refused.";
