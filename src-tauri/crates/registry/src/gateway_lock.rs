//! Locks of running gateways: how one process knows which gateway another one runs on a port. The name of the lock file
//! contains the environment, the port, and the process.

use std::fmt;
use std::time::Duration;

use keystile_keys::EnvironmentId;
use keystile_store::EnvironmentRow;

use crate::error::RegistryError;
use crate::process_lock::{self, ProcessLock};
use crate::registry::Registry;

/// How long a sweep may lock the file of a dead process before it removes it.
const SWEEP_TIME: Duration = Duration::from_millis(5);

/// Held while a gateway runs. It is released when it is dropped or the process dies.
#[derive(Debug)]
pub struct GatewayLock {
    _lock: ProcessLock,
}

/// A gateway that a process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayProcess {
    /// The environment.
    pub environment: EnvironmentRow,
    /// The process id.
    pub pid: u32,
}

impl fmt::Display for GatewayProcess {
    /// Writes `the gateway of Acme Shop/staging (pid 812)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.environment.reference();
        write!(f, "the gateway of {environment} (pid {})", self.pid)
    }
}

impl Registry {
    /// Shows other processes that this one runs an environment's gateway on a port.
    ///
    /// # Errors
    /// `ProcessLock`.
    pub fn lock_gateway(
        &self,
        environment: &EnvironmentId,
        port: u16,
    ) -> Result<GatewayLock, RegistryError> {
        let suffix = format!("-{environment}-{port}-{}", std::process::id());
        let lock =
            ProcessLock::acquire(self.directory(), &suffix).map_err(RegistryError::ProcessLock)?;
        Ok(GatewayLock { _lock: lock })
    }

    /// Returns the gateway of this store that runs on a port, in any process.
    ///
    /// # Errors
    /// `ProcessLock` or a `Store` error.
    pub async fn gateway_on_port(
        &self,
        port: u16,
    ) -> Result<Option<GatewayProcess>, RegistryError> {
        // Without the folder there is no lock.
        for name in process_lock::names(self.directory()).unwrap_or_default() {
            let Some((environment, pid)) = parse_name(&name, port) else {
                continue;
            };
            if !self.is_running(&name).await? {
                continue;
            }
            let mut connection = self.store.read().await?;
            if let Some(environment) = EnvironmentRow::find(&mut connection, &environment).await? {
                return Ok(Some(GatewayProcess { environment, pid }));
            }
        }
        Ok(None)
    }

    async fn is_running(&self, lock: &str) -> Result<bool, RegistryError> {
        let is_held =
            || process_lock::is_held(self.directory(), lock).map_err(RegistryError::ProcessLock);
        if !is_held()? {
            return Ok(false);
        }
        tokio::time::sleep(SWEEP_TIME).await;
        is_held()
    }
}

/// Returns the environment and the process of a lock's name; `None` if it is not for a gateway on this port.
fn parse_name(name: &str, port: u16) -> Option<(EnvironmentId, u32)> {
    let mut parts = name.split('-').skip(1);
    let environment = parts.next()?.parse().ok()?;
    if parts.next()?.parse::<u16>() != Ok(port) {
        return None;
    }
    Some((environment, parts.next()?.parse().ok()?))
}
