//! Licenses, bans, and sources by cargo-deny, advisories, npm's lock files, and the packages of the library. An
//! unreachable advisory database is a failure if `KEYSTILE_ADVISORIES=required`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use wait_timeout::ChildExt;

use crate::commands::bench::better_auth;
use crate::test_counts::TestCounts;
use crate::{exec, paths, tools};

/// The npm package of the service's tests.
const OAUTH_CLIENTS: &str = "tests/service/oauth_clients";
/// The library and its dependencies in this workspace.
const PUBLISHED: [&str; 7] = [
    "keystile-keys",
    "keystile-policy",
    "keystile-lease",
    "keystile-store",
    "keystile-verifier",
    "keystile-guard",
    "keystile",
];
const ADVISORY_DATABASE: &str = "https://github.com/RustSec/advisory-db";
const DATABASE_TIMEOUT: Duration = Duration::from_secs(15);

pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
    let mut outcome = Ok(());
    let mut record = |result: anyhow::Result<()>| {
        counts.record(result.is_ok());
        match (&outcome, result) {
            (Ok(()), result) => outcome = result,
            (Err(_), Ok(())) => {}
            (Err(_), Err(error)) => eprintln!("{error:#}"),
        }
    };
    for directory in ["ui", better_auth::DIRECTORY, OAUTH_CLIENTS] {
        record(check_lock_file(directory));
    }
    record(deny(&["bans", "licenses", "sources"]));
    if is_database_reachable() {
        record(deny(&["advisories"]));
    } else if std::env::var_os("KEYSTILE_ADVISORIES").is_some_and(|value| value == "required") {
        record(Err(anyhow::anyhow!("Cannot reach {ADVISORY_DATABASE}.")));
    } else {
        println!("advisories: skipped ({ADVISORY_DATABASE} cannot be reached)");
    }
    record(package_library());
    outcome
}

/// Packages the library and builds it from the packages, as its users do.
fn package_library() -> anyhow::Result<()> {
    let target = paths::root().join("target/packages");
    forget_packages(&target)?;
    let mut cargo = exec::cargo();
    cargo.args(["package", "--quiet", "--allow-dirty", "--all-features"]);
    cargo.arg("--target-dir").arg(&target);
    for name in PUBLISHED {
        cargo.args(["--package", name]);
    }
    exec::run(&mut cargo)
}

/// Removes what Cargo keeps of packages that an earlier run built. It never reads a version of a package again, even if
/// its sources have changed.
fn forget_packages(target: &Path) -> anyhow::Result<()> {
    let cargo_home = match std::env::var_os("CARGO_HOME") {
        Some(directory) => PathBuf::from(directory),
        None => std::env::home_dir()
            .context("Cannot find the home directory. Set CARGO_HOME.")?
            .join(".cargo"),
    };
    // The sources from registries without a host, such as the one that `cargo package` makes of its packages.
    for registry in directories(&cargo_home.join("registry/src"), "-") {
        remove_all(directories(&registry, "keystile"))?;
    }
    remove_all(directories(&target.join("debug/.fingerprint"), "keystile"))
}

/// Returns the directories in a directory whose names begin so; none if it does not exist.
fn directories(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

fn remove_all(directories: Vec<PathBuf>) -> anyhow::Result<()> {
    for directory in directories {
        fs::remove_dir_all(&directory)
            .with_context(|| format!("Cannot remove {}", directory.display()))?;
    }
    Ok(())
}

fn deny(checks: &[&str]) -> anyhow::Result<()> {
    exec::run(
        tools::cargo_deny()?
            .args(["--config", ".cargo/deny.toml", "check"])
            .arg("--hide-inclusion-graph")
            .args(checks),
    )
}

fn is_database_reachable() -> bool {
    let mut command = Command::new("git");
    command
        .args(["ls-remote", "--exit-code", ADVISORY_DATABASE, "HEAD"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut git) = command.spawn() else {
        return false;
    };
    let status = git.wait_timeout(DATABASE_TIMEOUT);
    let _ = git.kill();
    let _ = git.wait();
    matches!(status, Ok(Some(status)) if status.success())
}

/// Checks that a lock file names no host, because a host would tie every installation to it.
fn check_lock_file(directory: &str) -> anyhow::Result<()> {
    let name = format!("{directory}/package-lock.json");
    let lock = fs::read_to_string(paths::root().join(&name))
        .with_context(|| format!("Cannot read {name}"))?;
    let lines = lock.lines().map(str::trim);
    let hosts: Vec<&str> = lines
        .filter(|line| line.starts_with("\"resolved\"") && line.contains("://"))
        .collect();
    if let Some(first) = hosts.first() {
        bail!(
            "{name} names a host {} times, first in {first}. Run `npm install --omit-lockfile-registry-resolved` in \
             {directory}/.",
            hosts.len()
        );
    }
    println!("{name} names no host");
    Ok(())
}
