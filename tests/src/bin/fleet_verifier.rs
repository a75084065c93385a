//! Checks keys on a shared store all the time, and reports each one that is accepted after its revocation has returned.
//! Arguments: address, state folder, file of keys (one a line), file of generations, environment, and optionally for how many
//! milliseconds decisions are kept, which a correct verifier does not do.
//!
//! The file of generations has four bytes for each key. A number is odd from when a revocation has returned until the key is
//! to be enabled again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use keystile_keys::{EnvironmentId, Permission};
use keystile_store::{PostgresAddress, Store, StoreAddress};
use keystile_verifier::{Builder, Verifier};

/// The time between two reports.
const REPORT_INTERVAL: Duration = Duration::from_millis(200);

#[derive(Default)]
struct Counts {
    accepted: u64,
    denied: u64,
    unavailable: u64,
    violations: u64,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [address, state, keys, generations, environment, rest @ ..] = arguments.as_slice() else {
        return Err(
            "usage: fleet_verifier ADDRESS STATE KEYS GENERATIONS ENVIRONMENT [TTL_MS]".into(),
        );
    };
    let address: PostgresAddress = address.parse()?;
    let address = StoreAddress::Postgres(address.with_state_directory(Path::new(state)));
    let keys = std::fs::read_to_string(keys)?;
    let keys: Vec<_> = keys.lines().collect();
    let generations = File::open(generations)?;
    let environment: EnvironmentId = environment.parse().map_err(|_| "not an environment id")?;
    let keep = match rest {
        [millis] => Duration::from_millis(millis.parse()?),
        _ => Duration::ZERO,
    };
    let verifier = open(&address).await;
    let mut kept: HashMap<usize, (Instant, bool)> = HashMap::new();
    let mut counts = Counts::default();
    let mut next_report = Instant::now();
    for index in (0..keys.len()).cycle() {
        let before = generation(&generations, index)?;
        let allowed = match kept.get(&index) {
            Some((since, allowed)) if since.elapsed() < keep => Some(*allowed),
            _ => {
                let allowed = check(&verifier, keys[index], &environment).await;
                if let Some(allowed) = allowed.filter(|_| !keep.is_zero()) {
                    kept.insert(index, (Instant::now(), allowed));
                }
                allowed
            }
        };
        match allowed {
            Some(true) => counts.accepted += 1,
            Some(false) => counts.denied += 1,
            None => counts.unavailable += 1,
        }
        // Both: the key may have been enabled during the check.
        let is_revoked = before % 2 == 1 && generation(&generations, index)? == before;
        if allowed == Some(true) && is_revoked {
            counts.violations += 1;
        }
        if Instant::now() >= next_report {
            next_report = Instant::now() + REPORT_INTERVAL;
            report(&counts)?;
        }
        if allowed.is_none() || index == 0 {
            // Leaves processor time to the server.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(())
}

/// Opens the verifier, and tries again while the server cannot be reached.
async fn open(address: &StoreAddress) -> Verifier {
    loop {
        let opened = async {
            let store = Store::open_at(address, "test").await?;
            let builder = Builder::default().request_log(false);
            builder.open_store(store).await
        };
        match opened.await {
            Ok(verifier) => return verifier,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Returns whether a key may write; `None` if that is not known.
async fn check(verifier: &Verifier, key: &str, environment: &EnvironmentId) -> Option<bool> {
    let checked = verifier
        .verify(key, environment, Permission::Write, verifier.now())
        .await;
    checked.ok().map(|verification| verification.is_accepted())
}

fn generation(mut file: &File, index: usize) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.seek(SeekFrom::Start(4 * index as u64))?;
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Writes the counts since the start on one line.
fn report(counts: &Counts) -> io::Result<()> {
    let Counts {
        accepted,
        denied,
        unavailable,
        violations,
    } = counts;
    let mut output = io::stdout().lock();
    writeln!(output, "{accepted} {denied} {unavailable} {violations}")?;
    output.flush()
}
