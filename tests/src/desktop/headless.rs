//! A temporary desktop session: home, X server, session bus, and keyring. Each test has its own, because each needs a
//! clipboard.

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{TestError, TestResult};
use super::processes::{ProcessGroup, kill_all};
use super::wait::wait_until;

/// The state of the keyring when the application starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// gnome-keyring runs with an unlocked default keyring.
    Unlocked,
    /// gnome-keyring runs with a locked default keyring.
    Locked,
    /// No Secret Service runs.
    Absent,
}

/// The password of every keyring.
const PASSWORD: &[u8] = b"test\n";

/// A desktop session.
#[derive(Debug)]
pub struct HeadlessDesktop {
    home: PathBuf,
    display: String,
    bus: String,
    keyring: Option<ProcessGroup>,
    _groups: Vec<ProcessGroup>,
    _folder: tempfile::TempDir,
}

impl HeadlessDesktop {
    /// Starts a session with a 1280 × 900 screen and an unlocked keyring.
    ///
    /// # Errors
    /// A program is missing or did not start.
    pub fn new() -> TestResult<Self> {
        Self::with(Keyring::Unlocked)
    }

    /// Starts a session with this keyring.
    ///
    /// # Errors
    /// As [`HeadlessDesktop::new`].
    pub fn with(keyring: Keyring) -> TestResult<Self> {
        let folder = tempfile::Builder::new().prefix("keystile-").tempdir()?;
        let home = folder.path().join("home");
        std::fs::create_dir_all(home.join("run"))?;
        std::fs::set_permissions(home.join("run"), Permissions::from_mode(0o700))?;
        let mut desktop = Self {
            home,
            display: String::new(),
            bus: String::new(),
            keyring: None,
            _groups: Vec::new(),
            _folder: folder,
        };
        let mut server = desktop.command("Xvfb");
        server.args(["-displayfd", "1", "-screen", "0", "1280x900x24"]);
        server.args(["-nolisten", "tcp", "-noreset"]);
        let (server, number) = ProcessGroup::start_and_read_line(server.stderr(Stdio::null()))?;
        desktop.display = format!(":{number}");
        let mut bus = desktop.command("dbus-daemon");
        bus.args(["--nofork", "--print-address=1"]);
        bus.arg(desktop.bus_config()?);
        let (bus, address) = ProcessGroup::start_and_read_line(bus.stderr(Stdio::null()))?;
        desktop.bus = address;
        desktop._groups = vec![server, bus];
        match keyring {
            Keyring::Unlocked => desktop.start_keyring(true)?,
            Keyring::Locked => {
                // The first start creates the default keyring; the second one, without the password, leaves it locked.
                desktop.start_keyring(true)?;
                drop(desktop.take_keyring());
                desktop.start_keyring(false)?;
            }
            Keyring::Absent => {}
        }
        Ok(desktop)
    }

    /// Configures a session bus that starts no services; otherwise it would start the system's keyring.
    fn bus_config(&self) -> TestResult<String> {
        let path = self.home.join("bus.conf");
        let socket = self.home.join("run/bus");
        let config = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig>\
             <type>session</type><keep_umask/><listen>unix:path={}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n",
            socket.display()
        );
        std::fs::write(&path, config)?;
        Ok(format!("--config-file={}", path.display()))
    }

    /// Returns the temporary home directory.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Returns the path of the application's database.
    pub fn database(&self) -> PathBuf {
        self.home
            .join(".local/share/dev.keystile.desktop/store/keystile.db")
    }

    /// Returns the X display.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Returns the address of the session bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// Returns the folder whose programs the session runs instead of others with the same name.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn programs(&self) -> TestResult<PathBuf> {
        let folder = self.home.join("bin");
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns a command that runs in this session.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("XDG_") || name.starts_with("KEYSTILE_") {
                command.env_remove(name);
            }
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = self.home.join("bin");
        let folders = std::iter::once(own).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.home.join("run"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            // Xvfb has no GPU.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XAUTHORITY")
            .stdin(Stdio::null());
        command
    }

    fn start_keyring(&mut self, unlock: bool) -> TestResult {
        self.keyring = Some(self.run_keyring(unlock)?);
        Ok(())
    }

    /// Starts gnome-keyring and waits until it responds. It ends with the returned handle.
    ///
    /// # Errors
    /// It did not start.
    pub fn run_keyring(&self, unlock: bool) -> TestResult<ProcessGroup> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if unlock {
            let password = self.home.join("password");
            File::create(&password)?.write_all(PASSWORD)?;
            command.arg("--unlock").stdin(File::open(&password)?);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = ProcessGroup::start(&mut command)?;
        wait_until("gnome-keyring responded", || {
            let mut probe = self.command("dbus-send");
            probe
                .args(["--session", "--print-reply", "--reply-timeout=2000"])
                .args(["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
                .args(["org.freedesktop.DBus.Properties.Get"])
                .args([
                    "string:org.freedesktop.Secret.Service",
                    "string:Collections",
                ]);
            Ok(probe.output()?.status.success().then_some(()))
        })?;
        Ok(process)
    }

    /// Takes the keyring process, so that a test can end it. Its secrets stay on the disk.
    pub fn take_keyring(&mut self) -> Option<ProcessGroup> {
        self.keyring.take()
    }

    /// Returns the keyring process.
    ///
    /// # Errors
    /// No keyring runs.
    pub fn keyring(&self) -> TestResult<&ProcessGroup> {
        self.keyring
            .as_ref()
            .ok_or_else(|| TestError::new("no keyring runs"))
    }

    /// Looks up a secret with `secret-tool`.
    ///
    /// # Errors
    /// `secret-tool` is missing.
    pub fn keyring_secret(&self, service: &str, user: &str) -> TestResult<Option<String>> {
        let mut tool = self.command("secret-tool");
        tool.args(["lookup", "service", service, "username", user]);
        let output = tool.output()?;
        let text = String::from_utf8(output.stdout)?;
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }
}

impl Drop for HeadlessDesktop {
    fn drop(&mut self) {
        kill_all(&self.home);
    }
}
