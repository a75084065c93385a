//! A process that guards an API, as small as can be: reads keys from its standard input up to an empty line, then checks
//! them round and round until the input ends, and says when it accepted each for the last time. Started by the tests of
//! exact revocation. Its times are of the clock that all processes of the machine share.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_keys::{Permission, Timestamp};
use keystile_verifier::{Verification, Verifier};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let folder = folder.ok_or("the folder of the store is missing")?;
    let environment = arguments.next().ok_or("the environment is missing")?;
    let environment = environment.to_string_lossy().parse()?;
    let verifier = Verifier::open(&folder).await?;

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
            return Err("a key that is to be revoked must be accepted first".into());
        }
    }
    let mut output = std::io::stdout().lock();
    writeln!(output, "ready")?;
    output.flush()?;

    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    std::thread::spawn(move || {
        // The end of the input, or an input that is no text: over in any case.
        let _rest = std::io::stdin().lock().lines().count();
        over.store(true, Ordering::Relaxed);
    });
    let mut accepted_at = vec![0_i128; keys.len()];
    let (mut checks, mut errors) = (0_u64, 0_u64);
    while !is_over.load(Ordering::Relaxed) {
        for (key, accepted_at) in keys.iter().zip(&mut accepted_at) {
            let begun = nanoseconds();
            checks += 1;
            match verifier
                .verify(key, &environment, Permission::Write, NOW)
                .await
            {
                Ok(Verification::Accepted(_)) => *accepted_at = begun,
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

/// The machine's monotonic clock.
#[cfg(unix)]
fn nanoseconds() -> i128 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)
}

/// Elsewhere the test that needs it does not run.
#[cfg(not(unix))]
fn nanoseconds() -> i128 {
    0
}
