//! The statements of the protocol of leases that a verifier sends. Each is one statement, which is committed when its method
//! returns.

use keystile_lease::{
    AcknowledgeReply, AuditHash, BackendId, ConnectReply, Head, ReadReply, RegisterReply, Seq,
    VerifierId,
};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, Connection as _, PgConnection};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::replica::ReplicaInfo;

/// A connection to the primary, not through a transaction pooler.
#[derive(Debug)]
pub(crate) struct PostgresLeaseConnection {
    connection: PgConnection,
}

impl PostgresLeaseConnection {
    pub(crate) async fn connect(
        options: &PgConnectOptions,
    ) -> Result<(Self, ConnectReply), StoreError> {
        let mut connection = options.connect().await?;
        let rows = sqlx::query(
            "SELECT pg_backend_pid()::bigint AS backend, pg_is_in_recovery() AS in_recovery",
        )
        .fetch_all(&mut connection)
        .await?;
        let row = single(&rows)?;
        let reply = ConnectReply {
            backend: backend(row)?,
            in_recovery: row.boolean("in_recovery")?,
        };
        Ok((Self { connection }, reply))
    }

    pub(crate) async fn register(
        &mut self,
        id: VerifierId,
        seen: Seq,
        previous: &[VerifierId],
        replica: &ReplicaInfo,
    ) -> Result<RegisterReply, StoreError> {
        let rows = sqlx::query(
            "WITH earlier AS (DELETE FROM keystile.verifiers WHERE id = ANY($1::uuid[]))
             INSERT INTO keystile.verifiers (id, seen, host, program, version, verifies)
             VALUES ($2::uuid, $3, $4, $5, $6, $7) RETURNING pg_backend_pid()::bigint AS backend",
        )
        .bind(previous.iter().map(uuid).collect::<Vec<_>>())
        .bind(uuid(&id))
        .bind(seen.0)
        .bind(&replica.host)
        .bind(&replica.program)
        .bind(&replica.version)
        .bind(&replica.verifies)
        // All rows: the first one arrives before the commit.
        .fetch_all(&mut self.connection)
        .await?;
        let row = single(&rows)?;
        Ok(RegisterReply {
            backend: backend(row)?,
        })
    }

    pub(crate) async fn read(
        &mut self,
        id: VerifierId,
        since: Option<Head>,
    ) -> Result<ReadReply, StoreError> {
        let rows = sqlx::query(
            "SELECT pg_backend_pid()::bigint AS backend, pg_is_in_recovery() AS in_recovery, head.seq, head.mac,
               (SELECT mac FROM keystile.audit WHERE seq = $2) AS since_mac,
               (SELECT seen FROM keystile.verifiers WHERE id = $1::uuid) AS seen
             FROM (SELECT) AS one
             LEFT JOIN (SELECT seq, mac FROM keystile.audit ORDER BY seq DESC LIMIT 1) AS head ON true",
        )
        .bind(uuid(&id))
        .bind(since.map(|since| since.seq.0))
        .fetch_all(&mut self.connection)
        .await?;
        let row = single(&rows)?;
        let head = match row.optional_integer("seq")? {
            Some(seq) => Head {
                seq: Seq(seq),
                hash: AuditHash::of_mac(&row.bytes("mac")?),
            },
            None => Head::default(),
        };
        let since_hash = match since {
            Some(Head { seq: Seq(0), .. }) => Some(AuditHash::default()),
            _ => row
                .optional_bytes("since_mac")?
                .map(|mac| AuditHash::of_mac(&mac)),
        };
        Ok(ReadReply {
            backend: backend(row)?,
            in_recovery: row.boolean("in_recovery")?,
            head,
            since_hash,
            seen: row.optional_integer("seen")?.map(Seq),
        })
    }

    pub(crate) async fn acknowledge(
        &mut self,
        id: VerifierId,
        seen: Seq,
    ) -> Result<AcknowledgeReply, StoreError> {
        let rows = sqlx::query(
            "WITH updated AS (UPDATE keystile.verifiers SET seen = $2 WHERE id = $1::uuid RETURNING id)
             SELECT pg_backend_pid()::bigint AS backend, EXISTS (SELECT FROM updated) AS updated,
               (SELECT coalesce(max(seq), 0) FROM keystile.audit) AS head",
        )
        .bind(uuid(&id))
        .bind(seen.0)
        // All rows: the first one arrives before the commit.
        .fetch_all(&mut self.connection)
        .await?;
        let row = single(&rows)?;
        Ok(AcknowledgeReply {
            backend: backend(row)?,
            updated: row.boolean("updated")?,
            head: Seq(row.integer("head")?),
        })
    }

    pub(crate) async fn delete(mut self, ids: &[VerifierId]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM keystile.verifiers WHERE id = ANY($1::uuid[])")
            .bind(ids.iter().map(uuid).collect::<Vec<_>>())
            .execute(&mut self.connection)
            .await?;
        Ok(self.connection.close().await?)
    }
}

/// Formats an id as PostgreSQL reads a `uuid`.
fn uuid(id: &VerifierId) -> String {
    format!("{:032x}", id.0)
}

fn single(rows: &[PgRow]) -> Result<&PgRow, StoreError> {
    rows.first().ok_or_else(|| StoreError::Failed {
        cause: "a statement returned no row".into(),
    })
}

fn backend(row: &PgRow) -> Result<BackendId, StoreError> {
    let backend = row.integer("backend")?;
    Ok(BackendId(i32::try_from(backend).unwrap_or(i32::MAX)))
}
