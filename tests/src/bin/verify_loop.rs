//! Verifies keys in a loop and reports the time at which it last accepted each. Arguments: the store's address and
//! the environment. Reads keys from standard input up to an empty line, then verifies them until the input ends. Times
//! are those of the monotonic clock, which all processes share.

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_keys::{Permission, Timestamp};
use keystile_tests::store_argument::open_store;
use keystile_verifier::{Verification, Verifier};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let store = args.next();
    let store = store.ok_or("usage: verify_loop STORE ENVIRONMENT")?;
    let environment = args.next().ok_or("usage: verify_loop STORE ENVIRONMENT")?;
    let environment = environment.to_string_lossy().parse()?;
    let store = open_store(store, "verifier").await?;
    let verifier = Verifier::builder().open_store(store).await?;

    let mut keys = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        keys.push(line);
    }
    for key in &keys {
        let verification = verifier
            .verify(key, &environment, Permission::Write, NOW)
            .await?;
        if !verification.is_accepted() {
            return Err("every key must be valid at the start".into());
        }
    }
    let mut output = std::io::stdout().lock();
    writeln!(output, "ready")?;
    output.flush()?;

    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    std::thread::spawn(move || {
        // Invalid UTF-8 ends the input too.
        let _rest = std::io::stdin().lock().lines().count();
        over.store(true, Ordering::Relaxed);
    });
    let mut accepted_at = vec![0_i128; keys.len()];
    let (mut checks, mut errors) = (0_u64, 0_u64);
    while !is_over.load(Ordering::Relaxed) {
        for (key, accepted_at) in keys.iter().zip(&mut accepted_at) {
            let started = nanoseconds();
            checks += 1;
            match verifier
                .verify(key, &environment, Permission::Write, NOW)
                .await
            {
                Ok(Verification::Accepted(_)) => *accepted_at = started,
                Ok(Verification::Rejected { .. }) => {}
                Err(_) => errors += 1,
            }
        }
    }
    writeln!(output, "{checks} {errors}")?;
    for at in accepted_at {
        writeln!(output, "{at}")?;
    }
    Ok(())
}

/// Reads the monotonic clock.
#[cfg(unix)]
fn nanoseconds() -> i128 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)
}

/// The test that needs the clock runs only on Unix.
#[cfg(not(unix))]
fn nanoseconds() -> i128 {
    0
}
