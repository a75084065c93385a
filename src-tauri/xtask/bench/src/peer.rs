//! better-auth with the same work to do, measured by `better-auth/peer.js` in a process of its own. Its figures stand
//! beside ours so that they mean something to people who know it. Where it could not be installed, its rows are missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rows::{RUNS, Row};
use crate::served::Served;

/// A route that calls its `verifyApiKey`, which is the least it can be asked over HTTP; and what its own handler answers to
/// whoever shows a key.
pub(crate) const PATHS: [&str; 2] = ["/verify", "/api/auth/get-session"];
/// The file with its keys, in the folder it was given.
pub(crate) const KEYS: &str = "better-auth-keys";
/// As many times its speed are promised, in process and over HTTP.
const GOAL: f64 = 700.0;
pub(crate) const HTTP_GOAL: f64 = 40.0;

/// The script, whose packages are installed.
pub(crate) struct Peer(PathBuf);

impl Peer {
    pub(crate) fn new(script: &str) -> Self {
        Self(script.into())
    }

    fn command(&self, what: &str, folder: &Path) -> Command {
        let mut command = Command::new("node");
        command
            .arg(&self.0)
            .arg(what)
            .arg(folder)
            .arg(RUNS.to_string())
            .env("NODE_ENV", "production");
        command
    }

    /// Beside an accepted check of ours, in microseconds.
    pub(crate) fn checks(&self, ours: f64) -> Vec<Row> {
        let folder = tempfile::tempdir().expect("a folder");
        let output = self
            .command("check", folder.path())
            .output()
            .expect("node was there when its packages were installed");
        let text = String::from_utf8_lossy(&output.stdout);
        let runs: Vec<f64> = serde_json::from_str(text.trim()).unwrap_or_else(|_| {
            panic!(
                "no figures: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let times = runs.iter().map(|theirs| theirs / ours).collect();
        vec![
            Row::new("better-auth: verifyApiKey, 1000 keys", "µs", runs),
            Row::new("  accepted, 1000 keys, against that", "×", times).at_least(GOAL),
        ]
    }

    /// Its server, with its keys in a file of this folder.
    pub(crate) fn serve(&self, folder: &Path) -> Served {
        Served::start(&mut self.command("serve", folder))
    }
}
