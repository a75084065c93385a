//! Checks what README.md says about building from source: `cargo xtask` accepts each of its command lines, and the
//! screenshot is really taken. The other examples run in `tests/cli/readme.rs`.

use std::fs;

use anyhow::{Context, bail};
use clap::Parser;

use crate::arguments::{Arguments, RunOptions};
use crate::commands::run;
use crate::paths;
use crate::test_counts::TestCounts;

/// A picture of the first screen is larger than this many bytes.
const MIN_SCREENSHOT_SIZE: u64 = 1_000;

pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
    let readme =
        fs::read_to_string(paths::root().join("README.md")).context("Cannot read README.md")?;
    let commands = xtask_commands(&readme);
    if commands.is_empty() {
        bail!("README.md has no `cargo xtask` command.");
    }
    let mut errors = Vec::new();
    for command in commands {
        let parsed = Arguments::try_parse_from(command.split_whitespace().skip(1));
        counts.record(parsed.is_ok());
        println!("  {command}");
        if let Err(error) = parsed {
            errors.push(format!("{command}: {error}"));
        }
    }
    if cfg!(target_os = "linux") {
        let screenshot = take_screenshot();
        counts.record(screenshot.is_ok());
        if let Err(error) = screenshot {
            errors.push(format!("cargo xtask run --screenshot: {error:#}"));
        }
    }
    if !errors.is_empty() {
        bail!("{}\nCorrect README.md, or the command.", errors.join("\n"));
    }
    Ok(())
}

/// Returns the `cargo xtask` lines without prompts and comments. Sentences have backticks around a command.
fn xtask_commands(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.strip_prefix("$ ").unwrap_or(line))
        .filter(|line| line.starts_with("cargo xtask "))
        .map(|line| line.split(" #").next().unwrap_or(line).trim())
        .collect()
}

fn take_screenshot() -> anyhow::Result<()> {
    let directory = paths::target().join("readme");
    fs::create_dir_all(&directory).context("Cannot create the directory of the screenshot")?;
    let file = directory.join("first-screen.png");
    // An earlier screenshot proves nothing.
    let _ = fs::remove_file(&file);
    run::run(&RunOptions {
        throwaway: true,
        screenshot: Some(file.clone()),
        ..RunOptions::default()
    })?;
    if fs::metadata(&file)?.len() < MIN_SCREENSHOT_SIZE {
        bail!("The screenshot is empty.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_xtask_lines_are_commands() {
        let text = "`cargo xtask no`\n```console\n$ cargo xtask run   # starts it\nls\n```";
        assert_eq!(
            xtask_commands(text),
            ["cargo xtask run"],
            "each command of README.md must be checked"
        );
    }
}
