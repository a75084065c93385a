//! The requests: `keystile-bench flood`, a process of its own that sends them at a steady rate and then says how it went.
//! Called by `bench window`. The key goes over a pipe, never as an argument.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;
use crate::repository;

/// Requests a second.
pub(super) const RATE: u32 = 5_000;

/// Ended when it is dropped before its time.
pub(super) struct Flood(Option<Child>);

impl Flood {
    /// Begins to send.
    ///
    /// # Errors
    /// The program did not start.
    pub(super) fn begin(
        address: &str,
        key: &str,
        warm_up: u64,
        seconds: u64,
    ) -> Result<Self, Failure> {
        let not_begun =
            |cause| Failure::from_cause("The requests could not be begun to be sent", &cause);
        let mut child = Command::new(repository::binary("keystile-bench", true))
            .args(["flood", address])
            .args([u64::from(RATE), warm_up, seconds].map(|number| number.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(not_begun)?;
        let pipe = child.stdin.take();
        let flood = Self(Some(child));
        if let Some(mut pipe) = pipe {
            writeln!(pipe, "{key}").map_err(not_begun)?;
        }
        Ok(flood)
    }

    pub(super) fn process(&self) -> u32 {
        self.0.as_ref().map_or(0, Child::id)
    }

    /// What it has to say, once its time is over.
    ///
    /// # Errors
    /// It broke off, most often because a request was not answered.
    pub(super) fn end(mut self) -> Result<Value, Failure> {
        let broke_off = || Failure::new("The requests broke off; its reason stands above.");
        let child = self.0.take().ok_or_else(broke_off)?;
        let output = child.wait_with_output().map_err(|_| broke_off())?;
        serde_json::from_slice(&output.stdout).map_err(|_| broke_off())
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
