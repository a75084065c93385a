//! The tests of the built application in a window. Each creates its own home directory, screen, session bus, and
//! keyring; `.config/nextest.toml` limits how many run in parallel.

use anyhow::bail;

use super::rust;
use crate::commands::build::build;
use crate::system_packages::{Purpose, prepare};
use crate::test_counts::TestCounts;

pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("The window tests need WebKitGTK. Run them on Linux.");
    }
    prepare(Purpose::Tests)?;
    let binary = build(false)?;
    rust::run_window_programs(
        counts,
        &[("KEYSTILE_DESKTOP", binary.display().to_string())],
    )
}
