//! A second server that replicates the first one, and can take its place.

use std::io;
use std::time::Duration;

use super::PostgresServer;
use crate::process::wait_until;
use crate::programs::run;

/// The name by which the primary server waits for the standby.
const STANDBY_NAME: &str = "standby";

/// How long the standby may take until it has received everything.
const REPLICATION_TIMEOUT: Duration = Duration::from_secs(30);

impl PostgresServer {
    /// Starts a standby, for which every later commit of this server waits.
    ///
    /// # Panics
    /// If the standby does not start.
    #[must_use]
    pub fn start_synchronous_standby(&self) -> Self {
        self.try_start_synchronous_standby()
            .unwrap_or_else(|error| panic!("the standby did not start: {error}"))
    }

    fn try_start_synchronous_standby(&self) -> io::Result<Self> {
        let mut standby = Self::new(&self.options)?;
        let mut command = standby.programs.command("pg_basebackup");
        let primary = format!("{}?application_name={STANDBY_NAME}", self.url("postgres"));
        command
            .args(["--no-sync", "--checkpoint=fast", "--wal-method=stream"])
            .args(["--write-recovery-conf", "--dbname", &primary, "--pgdata"])
            .arg(standby.data_directory())
            .current_dir(standby.directory.path());
        standby.account.run_as(&mut command);
        run(&mut command)?;
        standby.launch_on_free_port()?;
        // Only after the copy, which would otherwise wait for a standby too once it is promoted.
        self.try_run_sql(&format!(
            "ALTER SYSTEM SET synchronous_standby_names = '{STANDBY_NAME}'"
        ))?;
        self.try_run_sql("SELECT pg_reload_conf()")?;
        let state = format!(
            "SELECT sync_state FROM pg_stat_replication WHERE application_name = '{STANDBY_NAME}'"
        );
        match wait_until(REPLICATION_TIMEOUT, || {
            Ok(self.try_run_sql(&state)? == "sync")
        })? {
            true => Ok(standby),
            false => Err(io::Error::other(standby.log())),
        }
    }

    /// Makes a standby a primary server, and waits until it accepts writes.
    ///
    /// # Panics
    /// If it is not a standby.
    pub fn promote(&self) {
        let is_promoted = self.run_sql("SELECT pg_promote()");
        assert_eq!(is_promoted, "t", "a promotion must end within a minute");
    }
}
