//! A deployment on a PostgreSQL server of the benchmark.

use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;

use keystile_keys::{KeyId, State};
use keystile_store::{Action, AuditEntry, PostgresAddress, Propagation, Store, StoreAddress};
use keystile_test_postgres::{PostgresServer, ServerOptions, TestDatabase};
use keystile_verifier::Verifier;
use tempfile::TempDir;

use crate::test_store::{NOW, TestKeys};

/// A database of its own server.
pub(crate) struct Deployment {
    pub(crate) store: Store,
    pub(crate) database: TestDatabase,
    state: TempDir,
    _server: PostgresServer,
}

/// What the server has done since its start.
pub(crate) struct ServerLoad {
    pub(crate) statements: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) wal_bytes: f64,
}

impl Deployment {
    pub(crate) async fn create() -> Self {
        let options = ServerOptions::default().setting("max_connections", "400");
        let server = PostgresServer::start_with(&options);
        let database = TestDatabase::create_on(&server);
        let state = tempfile::tempdir().expect("a folder");
        let address = address(&database.url(), state.path());
        Store::create_in(&address).await.expect("a new store");
        let store = open(&address).await;
        Self {
            store,
            database,
            state,
            _server: server,
        }
    }

    /// Opens a verifier, as if on a machine of its own.
    pub(crate) async fn verifier(&self) -> Verifier {
        self.verifier_at(self.database.address()).await
    }

    /// Opens a verifier that reaches the server through a proxy.
    pub(crate) async fn verifier_at(&self, proxy: SocketAddr) -> Verifier {
        let address = address(&self.database.url_at(proxy), self.state.path());
        Verifier::builder()
            .request_log(false)
            .open_store(open(&address).await)
            .await
            .expect("a verifier")
    }

    pub(crate) async fn revoke(&self, keys: &TestKeys, id: KeyId) -> Propagation {
        let mut write = self.store.write().await.expect("a transaction");
        write
            .set_key_states(&[id], State::Revoked, NOW)
            .await
            .expect("a row");
        let entry = AuditEntry::new(Action::KeyRevoked)
            .project(&keys.project)
            .environment(&keys.environment)
            .key(id);
        write.record(NOW, entry).await.expect("a row");
        let propagation = write.commit().await.expect("stored");
        propagation.expect("a shared store")
    }

    /// Copies the first key, with other ids and names.
    pub(crate) fn add_keys(&self, count: usize) {
        self.database.run_sql(&format!(
            "SET session_replication_role = replica; SET search_path = keystile;
             INSERT INTO keys SELECT (jsonb_populate_record(k, jsonb_build_object(
                 'id', lpad(n::text, 12, '0'), 'name', 'key ' || n, 'folded_name', 'key ' || n, 'created_at', k.created_at + n))).*
               FROM keys k, generate_series(1, {count}) n;
             INSERT INTO secret_versions (key_id, phc, tag, install_key_id, created_at, claimed_at, lock_file, idempotency_key)
               SELECT k.id, v.phc, v.tag, v.install_key_id, v.created_at, v.claimed_at, '', k.id
               FROM keys k, (SELECT * FROM secret_versions LIMIT 1) v WHERE k.id <> v.key_id;
             ANALYZE keys; ANALYZE secret_versions;"
        ));
    }

    /// Reads what the server has done, without the reading itself.
    pub(crate) fn server_load(&self) -> ServerLoad {
        let row = self.database.run_sql(
            "SELECT xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0'
             FROM pg_stat_database WHERE datname = current_database()",
        );
        let numbers: Vec<f64> = row
            .trim()
            .split('|')
            .map(|number| number.parse().expect("a number"))
            .collect();
        let pids = self.database.run_sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        ServerLoad {
            statements: numbers[0],
            wal_bytes: numbers[1],
            cpu_seconds: pids.split_whitespace().map(cpu_seconds).sum(),
        }
    }
}

fn address(url: &str, state: &Path) -> PostgresAddress {
    PostgresAddress::from_str(url)
        .expect("an address")
        .with_state_directory(state)
}

async fn open(address: &PostgresAddress) -> Store {
    let address = StoreAddress::Postgres(address.clone());
    Store::open_at(&address, "bench").await.expect("a store")
}

/// Returns the processor time of a process (proc(5)).
fn cpu_seconds(pid: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<_> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|ticks| ticks.parse::<f64>().ok())
            .unwrap_or_default()
    };
    (ticks(11) + ticks(12)) / rustix::param::clock_ticks_per_second() as f64
}
