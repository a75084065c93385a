//! Locks of running gateways: how one process knows which gateways others run, and on which ports. The name of the lock
//! file contains the environment, the port, the process, and the IP address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
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
    /// Where it listens; `None`: on a Unix socket.
    pub address: Option<SocketAddr>,
}

impl fmt::Display for GatewayProcess {
    /// Writes `the gateway of Acme Shop/staging (pid 812)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.environment.reference();
        write!(f, "the gateway of {environment} (pid {})", self.pid)
    }
}

impl Registry {
    /// Shows other processes that this one runs an environment's gateway. `address: None`: on a Unix socket.
    ///
    /// # Errors
    /// `ProcessLock`.
    pub fn lock_gateway(
        &self,
        environment: &EnvironmentId,
        address: Option<SocketAddr>,
    ) -> Result<GatewayLock, RegistryError> {
        let suffix = suffix(environment, address, std::process::id());
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
        let is_on_port =
            |lock: &LockName| lock.address.is_some_and(|address| address.port() == port);
        let found = self.gateway_processes(is_on_port).await?;
        Ok(found.into_iter().next())
    }

    /// Returns the gateways of this store that run now, in any process, sorted by address.
    ///
    /// # Errors
    /// `ProcessLock` or a `Store` error.
    pub async fn running_gateways(&self) -> Result<Vec<GatewayProcess>, RegistryError> {
        let mut found = self.gateway_processes(|_| true).await?;
        found.sort_by_key(|process| (process.address, process.pid));
        Ok(found)
    }

    async fn gateway_processes(
        &self,
        is_wanted: impl Fn(&LockName) -> bool,
    ) -> Result<Vec<GatewayProcess>, RegistryError> {
        let mut found = Vec::new();
        // Without the folder there is no lock.
        for name in process_lock::names(self.directory()).unwrap_or_default() {
            let Some(lock) = LockName::parse(&name).filter(&is_wanted) else {
                continue;
            };
            if !self.is_running(&name).await? {
                continue;
            }
            let mut connection = self.store.read().await?;
            let environment = EnvironmentRow::find(&mut connection, &lock.environment).await?;
            found.extend(environment.map(|environment| GatewayProcess {
                environment,
                pid: lock.pid,
                address: lock.address,
            }));
        }
        Ok(found)
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

/// What the name of a gateway's lock contains.
struct LockName {
    environment: EnvironmentId,
    pid: u32,
    address: Option<SocketAddr>,
}

impl LockName {
    /// Parses a name that ends with a [`suffix`]; `None` if the lock is not one of a gateway.
    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('-').skip(1);
        let environment = parts.next()?.parse().ok()?;
        let port: u16 = parts.next()?.parse().ok()?;
        let pid = parts.next()?.parse().ok()?;
        let ip = match parts.next() {
            Some(digits) => parse_ip(digits)?,
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        Some(Self {
            environment,
            pid,
            address: (port != 0).then_some(SocketAddr::new(ip, port)),
        })
    }
}

/// Returns the end of a lock's name. The port is 0 for a Unix socket; the IP address is written in hexadecimal digits,
/// because file names must not contain a colon on Windows.
fn suffix(environment: &EnvironmentId, address: Option<SocketAddr>, pid: u32) -> String {
    let port = address.map_or(0, |address| address.port());
    let ip = match address.map(|address| address.ip()) {
        None => String::new(),
        Some(IpAddr::V4(ip)) => format!("-{:08x}", u32::from(ip)),
        Some(IpAddr::V6(ip)) => format!("-{:032x}", u128::from(ip)),
    };
    format!("-{environment}-{port}-{pid}{ip}")
}

fn parse_ip(digits: &str) -> Option<IpAddr> {
    match digits.len() {
        8 => Some(IpAddr::V4(u32::from_str_radix(digits, 16).ok()?.into())),
        32 => Some(IpAddr::V6(u128::from_str_radix(digits, 16).ok()?.into())),
        _ => None,
    }
}
