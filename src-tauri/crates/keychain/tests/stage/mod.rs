//! The stage of a scene: a HOME and a session bus of its own, with or without a keyring on it.
//! Only `secret_service` uses it; it knows nothing of what is played.

use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Set by the outer half to the name of the test that the inner half is to play.
const SCENE: &str = "KEYSTILE_KEYCHAIN_SCENE";
pub(crate) const PASSWORD: &str = "test";

/// What stands on the session bus when the inner half begins.
pub(crate) enum Stage {
    NoBus,
    /// A bus that can start no service.
    BareBus,
    /// A keyring daemon that has no keyring yet.
    NoKeyring,
    Unlocked,
}

pub(crate) fn play<F: Future<Output = ()>>(name: &str, stage: Stage, scene: impl FnOnce() -> F) {
    if std::env::var(SCENE).as_deref() == Ok(name) {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(scene());
        return;
    }
    let home = tempfile::tempdir().expect("a directory for the scene");
    let run = home.path().join("run");
    std::fs::create_dir(&run).expect("a runtime directory");
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700))
        .expect("a runtime directory of our own");
    let bare = home.path().join("bus.conf");
    std::fs::write(
        &bare,
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context=\"default\">\
         <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
    )
    .expect("a configuration for the bare bus");
    let me = std::env::current_exe().expect("the path of this test");
    let mut command = match stage {
        Stage::NoBus => Command::new(&me),
        Stage::BareBus => {
            let mut command = Command::new("dbus-run-session");
            command.arg("--config-file").arg(&bare).arg("--").arg(&me);
            command
        }
        Stage::NoKeyring => {
            let mut command = Command::new("dbus-run-session");
            command.arg("--").arg(&me);
            command
        }
        Stage::Unlocked => {
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
        .env(SCENE, name)
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
    assert!(output.status.success(), "the scene {name} failed:\n{text}");
    assert!(
        text.contains("1 passed"),
        "the scene {name} was played:\n{text}"
    );
}
