//! The screen and session bus of a window: the person's, or virtual ones.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, bail};

use crate::exec;

const SIZE: &str = "1280x900x24";

/// The variables that name a screen and a session bus.
const VARIABLES: [&str; 3] = ["DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"];

/// A screen. A virtual one waits on a pipe that this process holds, so it ends with this process, even if killed.
pub(crate) struct Screen {
    variables: Vec<(&'static str, String)>,
    server: Option<(Child, Option<ChildStdin>)>,
}

/// Returns whether a window needs a virtual screen.
pub(crate) fn is_missing() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(target_os = "linux") && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")
}

impl Screen {
    /// Starts a virtual screen, with its own session bus if `private_bus` or if there is none.
    pub(crate) fn start_virtual(private_bus: bool) -> anyhow::Result<Self> {
        let mut line = Vec::new();
        if private_bus || std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
            line.extend(["dbus-run-session", "--"]);
        }
        let server = format!("-screen 0 {SIZE} -nolisten tcp");
        let script = "printf '%s\\n' \"$DISPLAY\" \"$XAUTHORITY\" \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null";
        line.extend(["xvfb-run", "-a", "-s", &server, "sh", "-c", script]);
        let mut child = Command::new(line[0])
            .args(&line[1..])
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Cannot start a virtual screen")?;
        let stdin = child.stdin.take();
        let stdout = child
            .stdout
            .take()
            .context("Cannot read from the virtual screen")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut variables = Vec::new();
        for name in VARIABLES {
            let Some(Ok(value)) = lines.next() else {
                bail!("Cannot start a virtual screen: xvfb-run or dbus-run-session exited.");
            };
            variables.push((name, value));
        }
        Ok(Self {
            variables,
            server: Some((child, stdin)),
        })
    }

    /// Returns the person's screen, or starts a virtual one and prints that.
    pub(crate) fn find_or_start() -> anyhow::Result<Self> {
        if !is_missing() {
            return Ok(Self {
                variables: Vec::new(),
                server: None,
            });
        }
        let screen = Self::start_virtual(false)?;
        let display = screen.variables.first().map_or("", |(_, value)| value);
        println!("No display found. Keystile runs on a virtual one ({display}, {SIZE}).");
        if exec::is_interactive() {
            println!("Add --screenshot FILE to see it, or press Ctrl+C to stop it.");
        }
        Ok(screen)
    }

    /// Makes `command` use this screen.
    pub(crate) fn apply(&self, command: &mut Command) {
        if self.server.is_none() {
            return;
        }
        command
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            // A virtual screen has no graphics card; WebKit starts faster when it does not look for one.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Some((child, stdin)) = &mut self.server {
            // The server exits when its input ends.
            drop(stdin.take());
            let _ = child.wait();
        }
    }
}
