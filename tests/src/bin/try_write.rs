//! Tries to begin a write transaction in the database whose path is the argument. Prints `writable` or `locked`.

use std::io::Write;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = std::env::args_os().nth(1).ok_or("usage: try_write FILE")?;
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(Duration::ZERO)
        .connect()
        .await?;
    let begun = sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await;
    let state = if begun.is_ok() { "writable" } else { "locked" };
    writeln!(std::io::stdout(), "{state}")?;
    Ok(())
}
