//! A program that dies or sleeps with its prompt open: what was never copied is revoked and said, what was copied is
//! kept, and a sleeping program is never taken for a dead one.

use std::hash::{BuildHasher, RandomState};
use std::process::Stdio;
use std::time::{Duration, Instant};

use keystile_tests::database::Database;
use keystile_tests::processes::{Group, signal};
use keystile_tests::{Desk, Journey, Window, until};
use rustix::process::Signal;

const KILLS: u64 = 20;
const SLEEP: Duration = Duration::from_secs(180);

/// Up to `most`, from the process's own random hasher: no generator is needed for picking moments.
fn random_time(most: Duration, round: u64) -> Duration {
    let number = RandomState::new().hash_one(round) % 10_000;
    most.mul_f64(f64::from(u32::try_from(number).unwrap_or_default()) / 10_000.0)
}

fn kill(window: Window<'_>) -> Journey {
    signal(window.process(), Signal::KILL)?;
    until("the program ended", || Ok(window.has_ended().then_some(())))
}

#[test]
fn twenty_kills_between_create_and_copy_leave_no_living_key_that_nobody_has() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    kill(window)?;
    let database = Database::at(&desk.database())?;
    let mut ended = 0;
    for round in 0..KILLS {
        let window = Window::open(&desk)?;
        let name = format!("ci-writer-{round}");
        window.press("button", "API Keys")?;
        window.press("button", "New")?;
        window.find("dialog", "New API key")?;
        window.fill("API Key Name", &name)?;
        window.press("button", "Create")?;
        // The moment is the test, so it is slept towards: from before the commit to well after the prompt is drawn.
        std::thread::sleep(random_time(Duration::from_millis(900), round));
        kill(window)?;

        let window = Window::open(&desk)?;
        assert_eq!(
            database.soundness()?,
            "ok",
            "the database is sound after kill {round}"
        );
        assert_eq!(
            database.keys_that("state IN ('pending', 'active', 'disabled')")?,
            0,
            "no key lives that nobody has copied, after kill {round}"
        );
        let keys = database.keys_that(&format!("name = '{name}'"))?;
        if keys > 0 {
            ended += 1;
            window.wait_text(&format!(
                "{name} (Acme Shop / staging) was never copied and has been revoked."
            ))?;
            if ended == 1 {
                window.screenshot("notice-unclaimed-1180x760")?;
            }
            window.press("button", &format!("Dismiss the notice about {name}"))?;
            window.wait_gone("button", &format!("Dismiss the notice about {name}"))?;
        }
        kill(window)?;
    }
    assert!(
        ended > 0,
        "at least one of the kills came after the key was made, or nothing was proved"
    );
    Ok(())
}

#[test]
fn a_key_that_was_copied_but_not_closed_lives_and_is_named_at_the_next_start() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy()?;
    kill(window)?;
    let window = Window::open(&desk)?;
    window.wait_text(
        "ci-writer (Acme Shop / staging) was copied, but its prompt was not closed. If you do not have it, revoke it.",
    )?;
    window.screenshot("notice-unclosed-1180x760")?;
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'active'")?,
        1,
        "a key that somebody has keeps working"
    );
    window.press("button", "Revoke")?;
    window.press("button", "Revoke key")?;
    until("the key was revoked", || {
        Ok((database.keys_that("state = 'revoked'")? == 1).then_some(()))
    })?;
    window.wait_gone("button", "Revoke")
}

#[test]
fn a_program_that_sleeps_for_three_minutes_keeps_its_key_and_a_dead_one_does_not() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("sleeper")?;
    let database = Database::at(&desk.database())?;
    let folder = desk.database();
    let folder = folder.parent().unwrap_or(&folder);

    signal(window.process(), Signal::STOP)?;
    let mut sweeper = desk.command(env!("CARGO_BIN_EXE_keystile-sweeper"));
    let _another_process = Group::start(sweeper.arg(folder).stdout(Stdio::null()))?;
    let begun = Instant::now();
    while begun.elapsed() < SLEEP {
        assert_eq!(
            database.keys_that("state = 'pending'")?,
            1,
            "a sleeping program's key is not revoked, after {:?}",
            begun.elapsed()
        );
        std::thread::sleep(Duration::from_secs(1));
    }
    signal(window.process(), Signal::CONT)?;
    window.copy()?;
    window.close()?;
    assert_eq!(
        database.keys_that("state = 'active' AND claimed_at IS NOT NULL")?,
        1,
        "after its sleep the key can be copied as before"
    );

    // The same other process would have noticed a death: this proves that it was looking.
    window.create_key("dead")?;
    kill(window)?;
    until("the other process revoked the dead one's key", || {
        Ok((database.keys_that("name = 'dead' AND state = 'unclaimed'")? == 1).then_some(()))
    })
}
