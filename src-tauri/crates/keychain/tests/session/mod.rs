//! Runs a test in a separate HOME and session bus, with or without a keyring.

use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Set to the name of the test in the inner process.
const TEST_VARIABLE: &str = "KEYSTILE_KEYCHAIN_TEST";
pub(crate) const PASSWORD: &str = "test";

/// The services on the session bus.
pub(crate) enum Session {
    NoBus,
    /// A bus without activatable services.
    BareBus,
    /// A keyring daemon without a keyring.
    NoKeyring,
    Unlocked,
}

pub(crate) fn run_in_session<F: Future<Output = ()>>(
    name: &str,
    session: Session,
    test: impl FnOnce() -> F,
) {
    if std::env::var(TEST_VARIABLE).as_deref() == Ok(name) {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(test());
        return;
    }
    let home = tempfile::tempdir().expect("a temporary directory");
    let run = home.path().join("run");
    std::fs::create_dir(&run).expect("a runtime directory");
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700))
        .expect("a private runtime directory");
    let bare = home.path().join("bus.conf");
    std::fs::write(
        &bare,
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context=\"default\">\
         <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
    )
    .expect("a bus configuration");
    let me = std::env::current_exe().expect("the path of this test");
    let mut command = match session {
        Session::NoBus => Command::new(&me),
        Session::BareBus => {
            let mut command = Command::new("dbus-run-session");
            command.arg("--config-file").arg(&bare).arg("--").arg(&me);
            command
        }
        Session::NoKeyring => {
            let mut command = Command::new("dbus-run-session");
            command.arg("--").arg(&me);
            command
        }
        Session::Unlocked => {
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "sh", "-c"]);
            command.arg(
                "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec \"$@\"",
            );
            command.arg("sh").arg(&me);
            command
        }
    };
    let output = command
        .args(["--exact", name, "--nocapture"])
        .env(TEST_VARIABLE, name)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("dbus and gnome-keyring are installed");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success(),
        "the test {name} failed in its session:\n{text}"
    );
    assert!(
        text.contains("1 passed"),
        "the test {name} did not run in its session:\n{text}"
    );
}
