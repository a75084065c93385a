//! Adds usage counts to the tables of the shared database, in batches and in the order of their keys, so that programs that
//! write at the same time never wait for each other in a circle.

use keystile_keys::Timestamp;
use sqlx::PgPool;

use crate::error::StoreError;
use crate::postgres::unnamed;
use crate::usage::{LastUse, SecretUse, UseCount};

/// How long the server may take for one batch.
const STATEMENT_TIMEOUT: &str =
    "SET LOCAL statement_timeout = '5s'; SET LOCAL synchronous_commit = off";

/// The usage tables, for writing.
#[derive(Debug)]
pub(crate) struct UsageTable {
    pool: PgPool,
}

impl UsageTable {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// See [`UsageWriter::add`](crate::UsageWriter::add).
    pub(crate) async fn add(
        &self,
        counts: &[UseCount],
        last: &[LastUse],
        secrets: &[SecretUse],
    ) -> Result<(), StoreError> {
        let added = self.add_all(counts, last, secrets).await;
        added.map_err(|cause| StoreError::UsageTables {
            cause: Box::new(cause),
        })
    }

    async fn add_all(
        &self,
        counts: &[UseCount],
        last: &[LastUse],
        secrets: &[SecretUse],
    ) -> Result<(), StoreError> {
        let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {STATEMENT_TIMEOUT}");
        let mut transaction = self.pool.begin_with(begin).await?;
        let column = |value: fn(&UseCount) -> i64| counts.iter().map(value).collect::<Vec<_>>();
        let keys: Vec<_> = counts.iter().map(|count| count.key.as_str()).collect();
        let (allowed, denied) = (
            column(|count| signed(count.allowed)),
            column(|count| signed(count.denied)),
        );
        let permissions: Vec<_> = counts
            .iter()
            .map(|count| count.permission.as_str())
            .collect();
        unnamed::query(
            "INSERT INTO keystile.uses AS u (key_id, hour, permission, allowed, denied)
             SELECT key_id, hour, permission, sum(allowed)::bigint, sum(denied)::bigint
               FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
                 AS n (key_id, hour, permission, allowed, denied)
              GROUP BY key_id, hour, permission ORDER BY key_id COLLATE \"C\", hour, permission
             ON CONFLICT (key_id, hour, permission) DO UPDATE
               SET allowed = u.allowed + excluded.allowed, denied = u.denied + excluded.denied",
        )
        .bind(&keys)
        .bind(column(|count| {
            UseCount::start_of_hour(count.hour).as_millis()
        }))
        .bind(&permissions)
        .bind(&allowed)
        .bind(&denied)
        .execute(&mut *transaction)
        .await?;
        let last_keys: Vec<_> = last.iter().map(|last| last.key.as_str()).collect();
        let last_at: Vec<_> = last.iter().map(|last| last.at.as_millis()).collect();
        let last_clients: Vec<_> = last.iter().map(|last| last.client.as_deref()).collect();
        unnamed::query(
            "INSERT INTO keystile.totals AS t (key_id, allowed, denied, last_at, last_client)
             SELECT key_id, coalesce(c.allowed, 0), coalesce(c.denied, 0), l.at, l.client
               FROM (SELECT key_id, sum(allowed)::bigint AS allowed, sum(denied)::bigint AS denied
                       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS n (key_id, allowed, denied)
                      GROUP BY key_id) AS c
               FULL JOIN unnest($4::text[], $5::bigint[], $6::text[]) AS l (key_id, at, client) USING (key_id)
              ORDER BY key_id COLLATE \"C\"
             ON CONFLICT (key_id) DO UPDATE
               SET allowed = t.allowed + excluded.allowed, denied = t.denied + excluded.denied,
                   last_client = CASE WHEN excluded.last_at > coalesce(t.last_at, 0) THEN excluded.last_client
                     ELSE t.last_client END,
                   last_at = greatest(t.last_at, excluded.last_at)",
        )
        .bind(&keys)
        .bind(&allowed)
        .bind(&denied)
        .bind(&last_keys)
        .bind(&last_at)
        .bind(&last_clients)
        .execute(&mut *transaction)
        .await?;
        add_secret_uses(&mut transaction, secrets).await?;
        Ok(transaction.commit().await?)
    }
}

async fn add_secret_uses(
    connection: &mut sqlx::PgConnection,
    secrets: &[SecretUse],
) -> Result<(), StoreError> {
    if secrets.is_empty() {
        return Ok(());
    }
    let keys: Vec<_> = secrets.iter().map(|secret| secret.key.as_str()).collect();
    let versions: Vec<_> = secrets.iter().map(|secret| secret.version).collect();
    let allowed: Vec<_> = secrets
        .iter()
        .map(|secret| signed(secret.allowed))
        .collect();
    let denied: Vec<_> = secrets.iter().map(|secret| signed(secret.denied)).collect();
    let last = |secret: &SecretUse| secret.last.as_ref().map(|(at, _)| at.as_millis());
    let client = |secret: &SecretUse| secret.last.as_ref().and_then(|(_, client)| client.clone());
    let last_at: Vec<Option<i64>> = secrets.iter().map(last).collect();
    let last_clients: Vec<Option<String>> = secrets.iter().map(client).collect();
    unnamed::query(
        "INSERT INTO keystile.secret_uses AS s (key_id, version, allowed, denied, last_at, last_client)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
           AS n (key_id, version, allowed, denied, last_at, last_client)
          ORDER BY key_id COLLATE \"C\", version
         ON CONFLICT (key_id, version) DO UPDATE
           SET allowed = s.allowed + excluded.allowed, denied = s.denied + excluded.denied,
               last_client = CASE WHEN excluded.last_at > coalesce(s.last_at, 0) THEN excluded.last_client
                 ELSE s.last_client END,
               last_at = greatest(s.last_at, excluded.last_at)",
    )
    .bind(&keys)
    .bind(&versions)
    .bind(&allowed)
    .bind(&denied)
    .bind(&last_at)
    .bind(&last_clients)
    .execute(connection)
    .await?;
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Returns since when the deployment counts uses.
pub(crate) async fn counting_since(
    connection: &mut sqlx::PgConnection,
) -> Result<Timestamp, StoreError> {
    let since: i64 = sqlx::query_scalar("SELECT counting_since FROM keystile.deployment")
        .fetch_one(connection)
        .await?;
    Ok(Timestamp::from_millis(since))
}
