//! Access log entries of requests whose response has not ended.

use std::net::IpAddr;
use std::time::{Instant, SystemTime};

use crate::access_log::{AccessLog, Entry};

/// The status that nginx logs if a client closes the connection before the response.
pub const CLIENT_CLOSED_REQUEST: u16 = 499;

/// An entry that is written on drop. Without a response the status is 499.
#[derive(Debug)]
pub struct PendingEntry {
    log: AccessLog,
    time: SystemTime,
    start: Instant,
    client: IpAddr,
    method: String,
    path: String,
    status: u16,
    key_id: Option<String>,
    decision: Option<&'static str>,
}

impl PendingEntry {
    /// Creates an entry for a request that arrived at `start`. The path must not contain a key.
    pub fn new(
        log: &AccessLog,
        start: Instant,
        client: IpAddr,
        method: &str,
        path: String,
    ) -> Self {
        Self {
            log: log.clone(),
            time: SystemTime::now(),
            start,
            client,
            method: method.to_owned(),
            path,
            status: CLIENT_CLOSED_REQUEST,
            key_id: None,
            decision: None,
        }
    }

    /// Sets the response.
    pub fn respond(&mut self, status: u16, decision: Option<&'static str>, key_id: Option<&str>) {
        self.status = status;
        self.decision = decision;
        self.key_id = key_id.map(str::to_owned);
    }
}

impl Drop for PendingEntry {
    fn drop(&mut self) {
        self.log.write(&Entry {
            time: self.time,
            client: Some(self.client),
            method: &self.method,
            path: &self.path,
            status: self.status,
            duration: self.start.elapsed(),
            key_id: self.key_id.as_deref(),
            decision: self.decision,
        });
    }
}
