//! What comes from others, and what others get: licences, bans and sources by cargo-deny (`.cargo/deny.toml`), npm's lock
//! files, advisories when their database can be reached, and the packages of the library.
//! With `KEYSTILE_ADVISORIES=required`, as the workflow sets it, an unreachable database is a failure.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::tally::Tally;
use crate::verbs::bench::peer;
use crate::{program, repository, tools};

/// The npm package that the service's tests install for themselves.
const OAUTH_CLIENT: &str = "tests/service/oauth_clients";
/// The library and the packages that it needs.
const PUBLISHED: [&str; 6] = [
    "keystile-keys",
    "keystile-policy",
    "keystile-store",
    "keystile-verifier",
    "keystile-guard",
    "keystile",
];
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// # Errors
/// cargo-deny is missing and cannot be built, or a check failed.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    let mut lock = Ok(());
    for folder in ["ui", peer::FOLDER, OAUTH_CLIENT] {
        let names_none = lock_file_names_no_host(folder);
        tally.check(names_none.is_ok());
        lock = lock.and(names_none);
    }
    let deny = tools::cargo_deny()?;
    let rules = check(&deny, &["bans", "licenses", "sources"]);
    tally.check(rules.is_ok());
    let advisories = advisories(&deny, tally);
    let packages = packages();
    tally.check(packages.is_ok());
    lock.and(rules).and(advisories).and(packages)
}

/// Packages the library and builds it from the packages, as a program gets it that depends on it.
fn packages() -> Result<(), Failure> {
    let mut cargo = program::cargo();
    cargo.args(["package", "--quiet", "--allow-dirty", "--all-features"]);
    for name in PUBLISHED {
        cargo.args(["--package", name]);
    }
    program::run(&mut cargo)
}

fn check(deny: &Path, what: &[&str]) -> Result<(), Failure> {
    program::run(
        Command::new(deny)
            .args([
                "--config",
                ".cargo/deny.toml",
                "check",
                "--hide-inclusion-graph",
            ])
            .args(what)
            .env("CARGO", program::cargo().get_program()),
    )
}

fn advisories(deny: &Path, tally: &mut Tally) -> Result<(), Failure> {
    if database_answers() {
        let outcome = check(deny, &["advisories"]);
        tally.check(outcome.is_ok());
        return outcome;
    }
    println!("advisories: not checked ({DATABASE} cannot be reached)");
    if std::env::var_os("KEYSTILE_ADVISORIES").is_some_and(|wish| wish == "required") {
        tally.check(false);
        return Err(Failure::new(
            "Advisories had to be checked and could not be.",
        ));
    }
    Ok(())
}

fn database_answers() -> bool {
    let Ok(mut git) = Command::new("git")
        .args(["ls-remote", "--exit-code", DATABASE, "HEAD"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
    else {
        return false;
    };
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(15) {
        match git.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(Duration::from_millis(100)),
            Err(_) => return false,
        }
    }
    let _ = git.kill();
    let _ = git.wait();
    false
}

/// A host in the lock file ties every install to it; versions and checksums are enough.
fn lock_file_names_no_host(folder: &str) -> Result<(), Failure> {
    let name = format!("{folder}/package-lock.json");
    let lock = fs::read_to_string(repository::root().join(&name))
        .map_err(|cause| Failure::from_cause(&format!("{name} cannot be read"), &cause))?;
    let hosts: Vec<&str> = lock
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("\"resolved\"") && line.contains("://"))
        .collect();
    match hosts.first() {
        None => {
            println!("{name} names no host");
            Ok(())
        }
        Some(first) => Err(Failure::new(format!(
            "{name} names a host in {} places, first: {first}",
            hosts.len()
        ))
        .advise(format!(
            "Write it again with `npm install --omit-lockfile-registry-resolved` in {folder}/."
        ))),
    }
}
