//! `cargo xtask bench http`: what a check costs over HTTP, under wrk. It builds the release program and `keystile-bench`,
//! which measures; this file says where the figures go. Called by people. Linux only, because of `/proc`.

use super::peer;
use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository};

/// # Errors
/// It does not compile, or it could not measure.
pub(crate) fn http() -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "bench http reads processor time from /proc, which only Linux has.",
        ));
    }
    prepare(Purpose::Load)?;
    program::run(program::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    let keystile = repository::binary("keystile", true);
    let peer = peer::script();
    let words: Vec<_> = [keystile.as_path()]
        .into_iter()
        .chain(peer.as_deref())
        .collect();
    super::measure("http", &words)
}
