//! Starts `keystile-bench load`, which sends requests at a constant rate.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use serde_json::Value;

use crate::paths;

/// Requests per second.
pub(super) const RATE: u32 = 5_000;

/// A running load generator, killed when it is dropped.
pub(super) struct Load(Option<Child>);

impl Load {
    /// Starts it. The key goes through a pipe, because every program can read command lines.
    pub(super) fn start(
        address: &str,
        key: &str,
        warm_up: u64,
        seconds: u64,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(paths::binary("keystile-bench", true))
            .args(["load", address])
            .args([u64::from(RATE), warm_up, seconds].map(|number| number.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Cannot start keystile-bench")?;
        let stdin = child.stdin.take();
        let load = Self(Some(child));
        if let Some(mut stdin) = stdin {
            writeln!(stdin, "{key}").context("Cannot pass the key to keystile-bench")?;
        }
        Ok(load)
    }

    pub(super) fn process_id(&self) -> u32 {
        self.0.as_ref().map_or(0, Child::id)
    }

    /// Waits for it and returns its report.
    pub(super) fn finish(mut self) -> anyhow::Result<Value> {
        let child = self.0.take().context("keystile-bench is not running")?;
        let output = child.wait_with_output()?;
        serde_json::from_slice(&output.stdout)
            .context("keystile-bench stopped early; see its error above")
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have exited already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
