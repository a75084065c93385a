//! Throw-away PostgreSQL servers for tests and benchmarks, on Linux: databases on a server that all tests share, servers
//! that crash and fail over, a proxy that interrupts connections, and a connection pooler. Elsewhere the crate is empty.
#![cfg(target_os = "linux")]

mod account;
mod database;
mod free_port;
mod pausing_proxy;
mod process;
mod programs;
mod random;
mod server;
mod server_options;
mod server_url;
mod shared_server;
mod sql;
mod transaction_pooler;

pub use database::TestDatabase;
pub use pausing_proxy::PausingProxy;
pub use server::PostgresServer;
pub use server_options::ServerOptions;
pub use shared_server::SharedServer;
pub use transaction_pooler::TransactionPooler;
