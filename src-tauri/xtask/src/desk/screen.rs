//! The screen and session bus a program is shown on: the person's, or a virtual one.
//! Called by whatever opens a window. A virtual screen is one process that waits on a pipe held here, so it ends
//! with this program, however this program ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::failure::Failure;
use crate::program;

const SIZE: &str = "1280x900x24";

/// What a window's program finds its screen and bus by.
const NAMES: [&str; 3] = ["DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"];

/// A screen that exists as long as this value.
pub(crate) struct Screen {
    variables: Vec<(&'static str, String)>,
    virtual_one: Option<(Child, Option<ChildStdin>)>,
}

/// Whether a window would have to be shown on a virtual screen.
pub(crate) fn is_missing() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY")
}

impl Screen {
    /// The screen this program was started on.
    pub(crate) fn own() -> Self {
        Self {
            variables: Vec::new(),
            virtual_one: None,
        }
    }

    /// A virtual screen with a session bus of its own unless there already is a bus and `private_bus` is false.
    ///
    /// # Errors
    /// The X server or the bus did not start.
    pub(crate) fn virtual_one(private_bus: bool) -> Result<Self, Failure> {
        let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
        let mut line = Vec::new();
        if private_bus || !has_bus {
            line.extend(["dbus-run-session", "--"]);
        }
        let server = format!("-screen 0 {SIZE} -nolisten tcp");
        let tell = "printf '%s\\n' \"$DISPLAY\" \"$XAUTHORITY\" \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null";
        line.extend(["xvfb-run", "-a", "-s", &server, "sh", "-c", tell]);
        let no_screen = |cause: &dyn std::fmt::Display| {
            Failure::from_cause("No virtual screen could be started", cause)
        };
        let mut child = Command::new(line[0])
            .args(&line[1..])
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|cause| no_screen(&cause))?;
        let hold = child.stdin.take();
        let mut told =
            BufReader::new(child.stdout.take().ok_or_else(|| no_screen(&"no output"))?).lines();
        let mut variables = Vec::new();
        for name in NAMES {
            match told.next() {
                Some(Ok(value)) => variables.push((name, value)),
                _ => return Err(no_screen(&"xvfb-run or dbus-run-session ended at once")),
            }
        }
        Ok(Self {
            variables,
            virtual_one: Some((child, hold)),
        })
    }

    /// A virtual screen when there is no other, and a word about it.
    ///
    /// # Errors
    /// As [`Screen::virtual_one`].
    pub(crate) fn any() -> Result<Self, Failure> {
        if !is_missing() {
            return Ok(Self::own());
        }
        let screen = Self::virtual_one(false)?;
        program_says(&screen);
        Ok(screen)
    }

    /// Makes a program appear on this screen.
    pub(crate) fn show_on(&self, command: &mut Command) {
        if self.virtual_one.is_none() {
            return;
        }
        command
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            // There is no graphics card behind a virtual screen; WebKit is faster when it does not look for one.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
    }
}

fn program_says(screen: &Screen) {
    let display = screen
        .variables
        .first()
        .map_or("", |(_, value)| value.as_str());
    println!("There is no display here: Keystile appears on a virtual one ({display}, {SIZE}).");
    if program::may_ask() {
        println!("Add --screenshot FILE to see it, or press Ctrl+C to end it.");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Some((child, hold)) = &mut self.virtual_one {
            // The end of its input is the sign to leave.
            drop(hold.take());
            let _ = child.wait();
        }
    }
}
