//! `cargo xtask bench gateway`: what a request costs through the gateway, beside nginx and Caddy, and what the gateway holds.
//! It builds the release program and `keystile-bench`, which measures. Called by people. Linux only, because of `/proc`.

use std::path::Path;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository};

/// # Errors
/// It does not compile, or it could not measure.
pub(crate) fn gateway(part: Option<&'static str>) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "bench gateway reads processor time from /proc, which only Linux has.",
        ));
    }
    prepare(Purpose::ProxyLoad)?;
    program::run(program::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    let keystile = repository::binary("keystile", true);
    let words: Vec<&Path> = std::iter::once(keystile.as_path())
        .chain(part.map(Path::new))
        .collect();
    super::measure("gateway", &words)
}
