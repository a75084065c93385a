//! better-auth, measured by `better-auth/better-auth.js` in its own process with the same number of keys.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measurement::{Measurement, RUNS};
use crate::server_process::ServerProcess;

/// A route that only calls `verifyApiKey`, and a route of better-auth's own handler.
pub(crate) const PATHS: [&str; 2] = ["/verify", "/api/auth/get-session"];
/// The file that it writes its keys to, in the given directory.
pub(crate) const KEYS: &str = "better-auth-keys";
/// How many times as fast Keystile must be, in process and over HTTP.
const IN_PROCESS_GOAL: f64 = 700.0;
pub(crate) const HTTP_GOAL: f64 = 40.0;

/// The path of the script, whose npm packages are installed.
pub(crate) struct BetterAuth(PathBuf);

impl BetterAuth {
    pub(crate) fn new(script: &str) -> Self {
        Self(script.into())
    }

    fn command(&self, mode: &str, folder: &Path) -> Command {
        let mut command = Command::new("node");
        command
            .arg(&self.0)
            .arg(mode)
            .arg(folder)
            .arg(RUNS.to_string())
            .env("NODE_ENV", "production");
        command
    }

    /// Measures `verifyApiKey` and compares it with `keystile`, the microseconds of an accepted key.
    pub(crate) fn verify(&self, keystile: f64) -> Vec<Measurement> {
        let folder = tempfile::tempdir().expect("a folder");
        let output = self
            .command("verify", folder.path())
            .output()
            .expect("node");
        let text = String::from_utf8_lossy(&output.stdout);
        let runs: Vec<f64> = serde_json::from_str(text.trim()).unwrap_or_else(|_| {
            panic!(
                "no results: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let ratios = runs.iter().map(|time| time / keystile).collect();
        vec![
            Measurement::new("better-auth: verifyApiKey, 1000 keys", "µs", runs),
            Measurement::new("  accepted, 1000 keys, relative to that", "×", ratios)
                .at_least(IN_PROCESS_GOAL),
        ]
    }

    /// Starts its server, which writes its keys to a file in `folder`.
    pub(crate) fn serve(&self, folder: &Path) -> ServerProcess {
        ServerProcess::start(&mut self.command("serve", folder))
    }
}
