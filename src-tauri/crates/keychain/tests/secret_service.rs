//! Tests with gnome-keyring, each in a separate session bus and HOME. A test runs itself again inside that session, so
//! it cannot reach the keyring of the user. Needs the Debian packages dbus, gnome-keyring, and libsecret-tools.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod session;

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use keystile_keychain::{Entry, Keychain, KeychainError, KeychainStatus};
use miette::Diagnostic;
use session::{PASSWORD, Session, run_in_session};
use zeroize::Zeroizing;

fn entry() -> Entry {
    Entry {
        service: "keystile/EEEEEEEEEEEE".to_owned(),
        user: "KKKKKKKKKKKK".to_owned(),
        label: "ci-writer (Acme Shop / staging)".to_owned(),
    }
}

fn secret() -> Zeroizing<String> {
    Zeroizing::new("ks_stag_not_a_key".to_owned())
}

fn run(program: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is installed");
    child
        .stdin
        .take()
        .expect("standard input is a pipe")
        .write_all(input.as_bytes())
        .expect("the program reads its input");
    child.wait_with_output().expect("the program ends")
}

/// What another program finds under the attributes of the entry.
fn found_by_secret_tool() -> String {
    let attributes = [
        "lookup",
        "service",
        "keystile/EEEEEEEEEEEE",
        "username",
        "KKKKKKKKKKKK",
    ];
    String::from_utf8(run("secret-tool", &attributes, "").stdout).expect("a secret that is text")
}

fn call(path: &str, method: &str, argument: &str) -> String {
    let output = try_call(path, method, argument);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("a reply in UTF-8")
}

fn try_call(path: &str, method: &str, argument: &str) -> Output {
    let (destination, path) = path.split_once(' ').expect("destination and path");
    run(
        "gdbus",
        &[
            "call",
            "--session",
            "--dest",
            destination,
            "--object-path",
            path,
            "--method",
            method,
            argument,
        ],
        "",
    )
}

fn lock() {
    call(
        "org.freedesktop.secrets /org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        "['/org/freedesktop/secrets/collection/login']",
    );
}

/// Unlocks as a user does who types the password, which needs no dialog over gnome-keyring's own interface.
fn unlock() {
    use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
    let bus = zbus::blocking::Connection::session().expect("a session bus");
    let service = "org.freedesktop.secrets";
    let path = "/org/freedesktop/secrets";
    let (_, session): (OwnedValue, OwnedObjectPath) = bus
        .call_method(
            Some(service),
            path,
            Some("org.freedesktop.Secret.Service"),
            "OpenSession",
            &("plain", Value::from("")),
        )
        .and_then(|reply| reply.body().deserialize())
        .expect("a session with the keyring");
    let login = ObjectPath::try_from("/org/freedesktop/secrets/collection/login").expect("a path");
    let no_parameters: &[u8] = &[];
    bus.call_method(
        Some(service),
        path,
        Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
        "UnlockWithMasterPassword",
        &(
            login,
            (session, no_parameters, PASSWORD.as_bytes(), "text/plain"),
        ),
    )
    .expect("the password is right");
}

fn keyring_process() -> String {
    keyring_owner().expect("a keyring on the bus")
}

/// Returns the process that owns the keyring's name on the bus.
fn keyring_owner() -> Option<String> {
    let output = try_call(
        "org.freedesktop.DBus /org/freedesktop/DBus",
        "org.freedesktop.DBus.GetConnectionUnixProcessID",
        "org.freedesktop.secrets",
    );
    let reply = String::from_utf8(output.stdout).expect("a reply in UTF-8");
    let words = reply.trim_matches(|c: char| !c.is_ascii_digit());
    let process = words.rsplit(' ').next().unwrap_or_default().to_owned();
    (output.status.success() && !process.is_empty()).then_some(process)
}

/// Waits for a new daemon. It may report its start before it joins the bus.
fn wait_for_another_daemon(than: &str) {
    let started_at = Instant::now();
    while keyring_owner().is_none_or(|process| process == than) {
        assert!(
            started_at.elapsed() < Duration::from_secs(10),
            "another daemon replaces the first one"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn stored_secret_is_visible_to_secret_tool() {
    run_in_session(
        "stored_secret_is_visible_to_secret_tool",
        Session::Unlocked,
        || async {
            let keychain = Keychain::system();
            assert_eq!(keychain.status().await, KeychainStatus::Ready);
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::NoEntry));
            assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
            assert_eq!(
                keychain.get(&entry()).await,
                Ok(secret()),
                "what was put in comes back"
            );
            assert_eq!(
                found_by_secret_tool(),
                *secret(),
                "by the attributes that are documented"
            );
            let search = run(
                "secret-tool",
                &["search", "service", "keystile/EEEEEEEEEEEE"],
                "",
            );
            let text = String::from_utf8_lossy(&search.stdout).into_owned();
            assert!(
                text.contains("label = ci-writer (Acme Shop / staging)"),
                "people see names: {text}"
            );

            let other = Zeroizing::new("another".to_owned());
            assert_eq!(
                keychain.set(&entry(), other.clone()).await,
                Ok(()),
                "over the one before"
            );
            assert_eq!(keychain.get(&entry()).await, Ok(other));

            assert_eq!(keychain.remove(&entry()).await, Ok(()));
            assert_eq!(
                found_by_secret_tool(),
                "",
                "another program no longer finds it"
            );
            assert_eq!(
                keychain.remove(&entry()).await,
                Ok(()),
                "a missing entry is removed already"
            );
        },
    );
}

#[test]
fn duplicate_entries_are_all_removed() {
    run_in_session(
        "duplicate_entries_are_all_removed",
        Session::Unlocked,
        || async {
            for more in ["one", "two"] {
                let attributes = [
                    "store",
                    "--label",
                    more,
                    "service",
                    "keystile/EEEEEEEEEEEE",
                    "username",
                    "KKKKKKKKKKKK",
                    "copy",
                    more,
                ];
                assert!(run("secret-tool", &attributes, more).status.success());
            }
            assert_eq!(Keychain::system().remove(&entry()).await, Ok(()));
            assert_eq!(found_by_secret_tool(), "", "neither copy is left");
        },
    );
}

#[test]
fn locked_keyring_fails_without_dialog_and_works_after_unlock() {
    run_in_session(
        "locked_keyring_fails_without_dialog_and_works_after_unlock",
        Session::Unlocked,
        || async {
            let keychain = Keychain::system();
            assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
            lock();
            assert_eq!(keychain.status().await, KeychainStatus::Locked);
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Locked));
            assert_eq!(
                keychain.set(&entry(), secret()).await,
                Err(KeychainError::Locked)
            );
            assert_eq!(
                keychain.remove(&entry()).await,
                Err(KeychainError::Locked),
                "not removed"
            );
            let other = Entry {
                user: "another".to_owned(),
                ..entry()
            };
            assert_eq!(
                keychain.set(&other, secret()).await,
                Err(KeychainError::Locked),
                "a new one"
            );

            unlock();
            assert_eq!(keychain.status().await, KeychainStatus::Ready);
            assert_eq!(
                keychain.get(&entry()).await,
                Ok(secret()),
                "no restart of ours is needed"
            );
        },
    );
}

#[test]
fn restarted_daemon_is_found() {
    run_in_session("restarted_daemon_is_found", Session::Unlocked, || async {
        let keychain = Keychain::system();
        assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
        let before = keyring_process();
        let arguments = ["--replace", "--unlock", "--components=secrets"];
        assert!(
            run("gnome-keyring-daemon", &arguments, PASSWORD)
                .status
                .success()
        );
        wait_for_another_daemon(&before);
        assert_eq!(
            keychain.get(&entry()).await,
            Ok(secret()),
            "no restart of ours is needed"
        );
    });
}

#[test]
fn suspended_daemon_times_out_and_works_after_resume() {
    run_in_session(
        "suspended_daemon_times_out_and_works_after_resume",
        Session::Unlocked,
        || async {
            let keychain = Keychain::system().with_timeout(Duration::from_millis(700));
            assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
            let daemon = keyring_process();
            assert!(run("kill", &["-STOP", &daemon], "").status.success());
            let started_at = Instant::now();
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Timeout));
            assert!(
                started_at.elapsed() < Duration::from_secs(3),
                "the limit holds"
            );
            assert!(run("kill", &["-CONT", &daemon], "").status.success());
            assert_eq!(
                keychain
                    .with_timeout(Duration::from_secs(10))
                    .get(&entry())
                    .await,
                Ok(secret()),
                "the next call does not wait behind the stuck one"
            );
        },
    );
}

#[test]
fn keychain_is_unavailable_without_session_bus() {
    run_in_session(
        "keychain_is_unavailable_without_session_bus",
        Session::NoBus,
        absent,
    );
}

#[test]
fn keychain_is_unavailable_without_secret_service() {
    run_in_session(
        "keychain_is_unavailable_without_secret_service",
        Session::BareBus,
        absent,
    );
}

async fn absent() {
    let keychain = Keychain::system();
    assert_eq!(keychain.status().await, KeychainStatus::Unavailable);
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::Unavailable)
    );
    assert_eq!(
        keychain.get(&entry()).await,
        Err(KeychainError::Unavailable)
    );
    assert_eq!(
        keychain.remove(&entry()).await,
        Err(KeychainError::Unavailable),
        "not removed"
    );
}

#[test]
fn missing_default_keyring_is_explained() {
    run_in_session(
        "missing_default_keyring_is_explained",
        Session::NoKeyring,
        || async {
            let keychain = Keychain::system();
            assert_eq!(keychain.check().await, Err(KeychainError::NoDefaultKeyring));
            assert_eq!(keychain.status().await, KeychainStatus::Unavailable);
            let error = keychain
                .set(&entry(), secret())
                .await
                .expect_err("there is no place for it");
            assert_eq!(error, KeychainError::NoDefaultKeyring);
            let code = error.code().expect("a code").to_string();
            assert_eq!(code, "keychain_unavailable");
            assert!(
                error
                    .help()
                    .is_some_and(|help| help.to_string().contains("default keyring")),
                "the next step is its own"
            );
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::NoEntry));
        },
    );
}
