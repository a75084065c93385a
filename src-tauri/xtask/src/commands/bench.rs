//! `cargo xtask bench`: release measurements for the README. `keystile-bench` measures `verify`, `http`, and `gateway`;
//! this module builds what it needs and names the results' file.

pub(crate) mod better_auth;
pub(crate) mod desktop;
mod desktop_report;
mod process_stats;
pub(crate) mod window;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::arguments::{GatewayPart, value_name};
use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths};

/// Measures key verification in process.
pub(crate) fn verify() -> anyhow::Result<()> {
    let better_auth = better_auth::script();
    measure("verify", better_auth.as_deref())
}

/// Measures pages and searches of a long list of keys.
pub(crate) fn list() -> anyhow::Result<()> {
    measure("list", [])
}

/// Measures verifiers on one PostgreSQL database.
pub(crate) fn fleet() -> anyhow::Result<()> {
    require_linux()?;
    prepare(Purpose::Database)?;
    measure("fleet", [])
}

/// Measures key verification over HTTP.
pub(crate) fn http() -> anyhow::Result<()> {
    require_linux()?;
    prepare(Purpose::Load)?;
    let keystile = build_keystile()?;
    let better_auth = better_auth::script();
    measure(
        "http",
        std::iter::once(&*keystile).chain(better_auth.as_deref()),
    )
}

/// Measures requests through the gateway, or one `part` of that.
pub(crate) fn gateway(part: Option<GatewayPart>) -> anyhow::Result<()> {
    require_linux()?;
    prepare(Purpose::ProxyLoad)?;
    let keystile = build_keystile()?;
    let part = part.map(|part| PathBuf::from(value_name(part)));
    measure(
        "gateway",
        std::iter::once(&*keystile).chain(part.as_deref()),
    )
}

fn require_linux() -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("This benchmark reads /proc. Run it on Linux.");
    }
    Ok(())
}

/// Builds the command-line program and returns its path.
fn build_keystile() -> anyhow::Result<PathBuf> {
    exec::run(exec::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    Ok(paths::binary("keystile", true))
}

/// Runs `keystile-bench`, which writes `name`.json.
fn measure<'a>(name: &str, arguments: impl IntoIterator<Item = &'a Path>) -> anyhow::Result<()> {
    let file = results_directory()?.join(format!("{name}.json"));
    exec::run(
        exec::cargo()
            .args([
                "run",
                "--release",
                "--package",
                "keystile-bench",
                "--",
                name,
            ])
            .arg(&file)
            .args(arguments),
    )?;
    println!("Wrote {}", file.display());
    Ok(())
}

fn results_directory() -> anyhow::Result<PathBuf> {
    let directory = paths::target().join("bench");
    fs::create_dir_all(&directory).context("Cannot create the directory of the results")?;
    Ok(directory)
}

fn write_results(name: &str, results: &Value) -> anyhow::Result<()> {
    let file = results_directory()?.join(format!("{name}.json"));
    fs::write(&file, format!("{results:#}\n")).context("Cannot write the results")?;
    println!("Wrote {}", file.display());
    Ok(())
}
