//! Identities of rows, backends, and servers.

/// The id of a row in `verifiers`: random, and new for each registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierId(pub u128);

/// The process id of a backend: `pg_backend_pid()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BackendId(pub i32);

/// One run of one database server: `pg_postmaster_start_time()` in microseconds. It is compared for equality only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Incarnation(pub i64);
