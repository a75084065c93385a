//! Tests of databases on the shared server.
#![cfg(target_os = "linux")]

use keystile_test_postgres::{PostgresServer, SharedServer, TestDatabase};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn database_is_empty_and_separate_from_others() {
    let first = TestDatabase::create();
    let second = TestDatabase::create();
    first.run_sql("CREATE TABLE keys ()");
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(first.run_sql(count), "1", "the table is in this database");
    assert_eq!(second.run_sql(count), "0", "other tests must not see it");
    let mut client = PgConnection::connect(&second.url())
        .await
        .expect("a connection");
    let name: String = sqlx::query_scalar("SELECT current_database()::text")
        .fetch_one(&mut client)
        .await
        .expect("a name");
    assert_eq!(name, second.name(), "the URL contains the database");
}

#[tokio::test]
async fn dropped_database_is_deleted_despite_its_clients() {
    let server = PostgresServer::start();
    let database = TestDatabase::create_on(&server);
    let mut client = PgConnection::connect(&database.url())
        .await
        .expect("a connection");
    let count = format!(
        "SELECT count(*) FROM pg_database WHERE datname = '{}'",
        database.name()
    );
    assert_eq!(server.run_sql(&count), "1", "it exists");
    drop(database);
    assert_eq!(server.run_sql(&count), "0", "it must not stay");
    assert!(client.ping().await.is_err(), "its clients are disconnected");
}

#[tokio::test]
async fn other_role_has_only_its_own_privileges() {
    let server = PostgresServer::start();
    let database = TestDatabase::create_on(&server);
    database.run_sql("CREATE ROLE reader LOGIN");
    database.run_sql("CREATE TABLE keys ()");
    let mut client = PgConnection::connect(&database.url_as("reader"))
        .await
        .expect("a connection");
    let read = sqlx::query("SELECT FROM keys").execute(&mut client).await;
    let error = read.expect_err("a rejection");
    let code = error.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("42501"), "insufficient_privilege");
}

#[test]
fn database_has_unicode_collations() {
    let database = TestDatabase::create();
    let sorted = database.run_sql(
        "SELECT string_agg(name, ' ' ORDER BY name COLLATE \"und-x-icu\") FROM unnest(ARRAY['Z', 'ä', 'b']) AS name",
    );
    assert_eq!(sorted, "ä b Z", "names are sorted as people expect");
    assert_eq!(database.run_sql("SHOW server_encoding"), "UTF8");
}

#[test]
fn shared_server_accepts_connections_until_it_is_dropped() {
    let server = SharedServer::try_start().expect("a server");
    let url = server.url();
    let is_reachable = || {
        let psql = std::process::Command::new("psql")
            .args(["-XAtc", "SELECT 1", &url])
            .output();
        psql.is_ok_and(|output| output.status.success())
    };
    assert!(is_reachable(), "test processes connect to {url}");
    drop(server);
    assert!(!is_reachable(), "it ends with the test run");
}
