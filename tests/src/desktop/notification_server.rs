//! The notification daemon dunst on a test's desktop.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;

use super::error::{TestError, TestResult};
use super::headless::HeadlessDesktop;
use super::processes::ProcessGroup;
use super::wait::wait_until;

/// A running daemon. It ends with this handle.
pub struct NotificationServer<'d> {
    desktop: &'d HeadlessDesktop,
    /// What dunst prints about each notification.
    output: PathBuf,
    _process: ProcessGroup,
}

impl<'d> NotificationServer<'d> {
    /// Starts the daemon and waits until it responds.
    ///
    /// # Errors
    /// It did not start.
    pub fn start(desktop: &'d HeadlessDesktop) -> TestResult<Self> {
        let output = desktop.home().join("notifications.txt");
        let mut command = desktop.command("dunst");
        command.arg("-print").stdout(File::create(&output)?);
        let process = ProcessGroup::start(command.stderr(Stdio::null()))?;
        let server = Self {
            desktop,
            output,
            _process: process,
        };
        wait_until("dunst responded", || Ok(server.displayed()?.map(drop)))?;
        Ok(server)
    }

    /// Returns the summary and the body of each notification so far.
    ///
    /// # Errors
    /// The output cannot be read.
    pub fn notifications(&self) -> TestResult<Vec<(String, String)>> {
        let output = fs::read_to_string(&self.output)?;
        let field = |name: &str| -> Vec<String> {
            let start = format!("\t{name}: '");
            let lines = output.lines();
            lines
                .filter_map(|line| line.strip_prefix(&start)?.strip_suffix('\''))
                .map(str::to_owned)
                .collect()
        };
        Ok(field("summary").into_iter().zip(field("body")).collect())
    }

    /// Waits for the notification with this summary and returns its body.
    ///
    /// # Errors
    /// It was not shown in time.
    pub fn wait_for(&self, summary: &str) -> TestResult<String> {
        wait_until(&format!("the notification {summary:?} was shown"), || {
            let notifications = self.notifications()?;
            let found = notifications
                .into_iter()
                .find(|(found, _)| found == summary);
            Ok(found.map(|(_, body)| body))
        })
    }

    /// Clicks the last notification.
    ///
    /// # Errors
    /// None is displayed.
    pub fn click(&self) -> TestResult {
        wait_until("the notification was displayed", || {
            Ok(self.displayed()?.filter(|count| *count > 0).map(drop))
        })?;
        let status = self.desktop.command("dunstctl").arg("action").status()?;
        if status.success() {
            Ok(())
        } else {
            Err(TestError::new("dunst did not accept the click"))
        }
    }

    /// Returns the number of displayed notifications; `None` while the daemon does not respond.
    fn displayed(&self) -> TestResult<Option<u32>> {
        let mut command = self.desktop.command("dunstctl");
        let output = command.args(["count", "displayed"]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
    }
}
