//! A program that is killed or suspended with its prompt open: an uncopied key is revoked and reported, a copied key is
//! kept, and a suspended program is not treated as dead.

use std::hash::{BuildHasher, RandomState};
use std::process::Stdio;
use std::time::{Duration, Instant};

use keystile_tests::database::Database;
use keystile_tests::processes::{ProcessGroup, signal};
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use rustix::process::Signal;

const KILLS: u64 = 20;
const SLEEP: Duration = Duration::from_secs(180);

/// Returns a random duration up to `max`, from the standard library's random hasher.
fn random_time(max: Duration, round: u64) -> Duration {
    let number = RandomState::new().hash_one(round) % 10_000;
    max.mul_f64(f64::from(u32::try_from(number).unwrap_or_default()) / 10_000.0)
}

fn kill(window: Window<'_>) -> TestResult {
    signal(window.process_id(), Signal::KILL)?;
    window.wait_until_exited()
}

#[test]
fn kill_before_copy_leaves_no_active_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    kill(window)?;
    let database = Database::at(&desktop.database())?;
    let mut revoked_count = 0;
    for round in 0..KILLS {
        let window = Window::open(&desktop)?;
        let name = format!("ci-writer-{round}");
        // The last place may have been stored or not, and the environment opens on another tab while it has no keys.
        window.click("link", "staging")?;
        window.click("link", "API Keys")?;
        window.click("button", "New")?;
        window.find("dialog", "New API key")?;
        window.fill("API Key Name", &name)?;
        window.click("button", "Create")?;
        // The kill must come at a random time between the commit and the display of the prompt.
        std::thread::sleep(random_time(Duration::from_millis(900), round));
        kill(window)?;

        let window = Window::open(&desktop)?;
        assert_eq!(
            database.integrity_check()?,
            "ok",
            "the database is sound after kill {round}"
        );
        assert_eq!(
            database.count_keys("state IN ('pending', 'active', 'disabled')")?,
            0,
            "no uncopied key may stay usable, after kill {round}"
        );
        let keys = database.count_keys(&format!("name = '{name}'"))?;
        if keys > 0 {
            revoked_count += 1;
            window.wait_for_text(&format!(
                "{name} (Acme Shop/staging) was never copied, so it was revoked."
            ))?;
            if revoked_count == 1 {
                window.screenshot("notice-unclaimed-1180x760")?;
            }
            window.click("button", &format!("Dismiss the notice about {name}"))?;
            window.wait_until_gone("button", &format!("Dismiss the notice about {name}"))?;
        }
        kill(window)?;
    }
    assert!(
        revoked_count > 0,
        "at least one kill must come after the key was issued"
    );
    Ok(())
}

#[test]
fn copied_key_survives_a_kill_and_is_named_at_next_start() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy_key()?;
    kill(window)?;
    let window = Window::open(&desktop)?;
    window.wait_for_text(
        "Keystile quit before you closed the dialog for ci-writer (Acme Shop/staging). If you didn't save the key, revoke it.",
    )?;
    window.screenshot("notice-unclosed-1180x760")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'active'")?,
        1,
        "a copied key must keep working"
    );
    window.click("button", "Revoke")?;
    window.click("button", "Revoke key")?;
    wait_until("the key was revoked", || {
        Ok((database.count_keys("state = 'revoked'")? == 1).then_some(()))
    })?;
    window.wait_until_gone("button", "Revoke")
}

#[test]
fn suspended_program_keeps_its_key_and_killed_one_does_not() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("sleeper")?;
    let database = Database::at(&desktop.database())?;
    let folder = desktop.database();
    let folder = folder.parent().unwrap_or(&folder);

    signal(window.process_id(), Signal::STOP)?;
    let mut sweeper = desktop.command(env!("CARGO_BIN_EXE_sweep_loop"));
    let _sweeper = ProcessGroup::start(sweeper.arg(folder).stdout(Stdio::null()))?;
    let started_at = Instant::now();
    while started_at.elapsed() < SLEEP {
        assert_eq!(
            database.count_keys("state = 'pending'")?,
            1,
            "a suspended program's key must not be revoked, after {:?}",
            started_at.elapsed()
        );
        std::thread::sleep(Duration::from_secs(1));
    }
    signal(window.process_id(), Signal::CONT)?;
    window.copy_key()?;
    window.close_prompt()?;
    assert_eq!(
        database.count_keys("state = 'active' AND claimed_at IS NOT NULL")?,
        1,
        "a resumed program must be able to copy the key"
    );

    // The other process must revoke the key of a killed program; this shows that it was sweeping.
    window.create_key("dead")?;
    kill(window)?;
    wait_until(
        "the other process revoked the key of the killed program",
        || Ok((database.count_keys("name = 'dead' AND state = 'unclaimed'")? == 1).then_some(())),
    )
}
