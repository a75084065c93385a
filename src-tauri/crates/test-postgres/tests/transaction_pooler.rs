//! Tests of the pooler: what is unsafe with it must really happen.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_test_postgres::{PostgresServer, ServerOptions, TransactionPooler};
use sqlx::{Connection, PgConnection};

async fn connect(pooler: &TransactionPooler) -> PgConnection {
    PgConnection::connect(&pooler.url("postgres"))
        .await
        .expect("a connection")
}

/// Returns the process that runs the statements of a client. Without prepared statements, which belong to a process.
async fn backend(client: &mut PgConnection) -> i32 {
    use sqlx::{Executor, Row};
    let row = client
        .fetch_one(sqlx::raw_sql("SELECT pg_backend_pid()"))
        .await
        .expect("a row");
    row.get(0)
}

#[tokio::test]
async fn pooler_changes_the_backend_between_transactions() {
    let server = PostgresServer::start();
    let pooler = TransactionPooler::start(&server);
    let mut first = connect(&pooler).await;
    let mut second = connect(&pooler).await;
    let before = backend(&mut first).await;
    sqlx::raw_sql("BEGIN")
        .execute(&mut second)
        .await
        .expect("a transaction");
    assert_eq!(
        backend(&mut second).await,
        before,
        "the second client uses the same backend, which was free"
    );
    assert_ne!(
        backend(&mut first).await,
        before,
        "the first client is given another one"
    );
    assert_eq!(
        backend(&mut second).await,
        before,
        "a transaction stays on its backend"
    );
}

#[tokio::test]
async fn pooler_connects_to_a_server_with_a_password() {
    let server = PostgresServer::start_with(&ServerOptions::default().password("secret1"));
    let pooler = TransactionPooler::start(&server);
    let mut client = connect(&pooler).await;
    assert!(backend(&mut client).await > 0, "a process runs it");
}
