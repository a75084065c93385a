//! The real thing: gnome-keyring on a session bus of its own with a HOME of its own, for each test.
//! A test starts itself again inside that session; the outer half only builds the stage. The user's own keyring
//! is out of reach: the inner half runs only when the outer one has replaced HOME and the bus.
//! Needs the Debian packages dbus, gnome-keyring and libsecret-tools.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod stage;

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use keystile_keychain::{Entry, Keychain, KeychainError, KeychainStatus};
use stage::{PASSWORD, Stage, play};
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
    String::from_utf8(output.stdout).expect("an answer that is text")
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

/// The process that answers for the keyring at this moment, if one does.
fn keyring_owner() -> Option<String> {
    let output = try_call(
        "org.freedesktop.DBus /org/freedesktop/DBus",
        "org.freedesktop.DBus.GetConnectionUnixProcessID",
        "org.freedesktop.secrets",
    );
    let answer = String::from_utf8(output.stdout).expect("an answer that is text");
    let words = answer.trim_matches(|c: char| !c.is_ascii_digit());
    let process = words.rsplit(' ').next().unwrap_or_default().to_owned();
    (output.status.success() && !process.is_empty()).then_some(process)
}

/// A daemon that says it has started may still be on its way to the bus.
fn wait_for_another_daemon(than: &str) {
    let begun = Instant::now();
    while keyring_owner().is_none_or(|process| process == than) {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "another daemon takes the first one's place"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_secret_is_kept_found_by_another_program_and_removed() {
    play(
        "a_secret_is_kept_found_by_another_program_and_removed",
        Stage::Unlocked,
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
                "another program does not find it any more"
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
fn a_secret_that_another_program_stored_twice_is_removed_entirely() {
    play(
        "a_secret_that_another_program_stored_twice_is_removed_entirely",
        Stage::Unlocked,
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
fn a_locked_keyring_says_so_without_asking_and_works_when_it_is_unlocked_late() {
    play(
        "a_locked_keyring_says_so_without_asking_and_works_when_it_is_unlocked_late",
        Stage::Unlocked,
        || async {
            let keychain = Keychain::system();
            assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
            lock();
            assert_eq!(keychain.status().await, KeychainStatus::Locked);
            assert!(!keychain.is_unlocked().await, "locked is not unlocked");
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
fn a_restarted_daemon_is_found_again() {
    play(
        "a_restarted_daemon_is_found_again",
        Stage::Unlocked,
        || async {
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
        },
    );
}

#[test]
fn a_daemon_that_stands_still_is_given_up_and_works_when_it_goes_on() {
    play(
        "a_daemon_that_stands_still_is_given_up_and_works_when_it_goes_on",
        Stage::Unlocked,
        || async {
            let keychain = Keychain::system().with_limit(Duration::from_millis(700));
            assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
            let daemon = keyring_process();
            assert!(run("kill", &["-STOP", &daemon], "").status.success());
            let begun = Instant::now();
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Hung));
            assert!(begun.elapsed() < Duration::from_secs(3), "the limit holds");
            assert!(run("kill", &["-CONT", &daemon], "").status.success());
            assert_eq!(
                keychain
                    .with_limit(Duration::from_secs(10))
                    .get(&entry())
                    .await,
                Ok(secret()),
                "the next call does not wait behind the stuck one"
            );
        },
    );
}

#[test]
fn without_a_session_bus_the_keychain_is_absent() {
    play(
        "without_a_session_bus_the_keychain_is_absent",
        Stage::NoBus,
        absent,
    );
}

#[test]
fn on_a_bus_without_a_secret_service_the_keychain_is_absent() {
    play(
        "on_a_bus_without_a_secret_service_the_keychain_is_absent",
        Stage::BareBus,
        absent,
    );
}

async fn absent() {
    let keychain = Keychain::system();
    assert_eq!(keychain.status().await, KeychainStatus::Absent);
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::Absent)
    );
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Absent));
    assert_eq!(
        keychain.remove(&entry()).await,
        Err(KeychainError::Absent),
        "not removed"
    );
}

#[test]
fn a_service_without_a_default_keyring_says_to_create_one() {
    play(
        "a_service_without_a_default_keyring_says_to_create_one",
        Stage::NoKeyring,
        || async {
            let keychain = Keychain::system();
            assert_eq!(keychain.check().await, Err(KeychainError::NoDefaultKeyring));
            assert_eq!(keychain.status().await, KeychainStatus::Absent);
            let error = keychain
                .set(&entry(), secret())
                .await
                .expect_err("there is no place for it");
            assert_eq!(error, KeychainError::NoDefaultKeyring);
            assert_eq!(error.code(), "keychain_absent");
            assert!(
                error.advice().contains("default keyring"),
                "the next step is its own"
            );
            assert_eq!(keychain.get(&entry()).await, Err(KeychainError::NoEntry));
        },
    );
}
