//! Finds and installs the system packages that building, running, and testing need. It probes for programs and
//! libraries, not for package names. sudo runs only after a yes: at the prompt, or by `--install`; never in CI.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};

use crate::exec;

/// Whether `--install` was given.
static SUDO_ALLOWED: AtomicBool = AtomicBool::new(false);

/// Lets [`prepare`] call sudo without asking.
pub(crate) fn allow_sudo() {
    SUDO_ALLOWED.store(true, Ordering::Relaxed);
}

/// The requirements; see its first line.
const TABLE: &str = include_str!("system_packages.txt");

/// A program or library, and the packages that hold it in Debian, Fedora, and Arch.
struct Requirement {
    probe: &'static str,
    packages: [&'static str; 3],
}

/// What the packages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Build,
    VirtualDisplay,
    Screenshot,
    Tests,
    /// A PostgreSQL server.
    Database,
    /// A load generator.
    Load,
    /// Like `Load`, with the proxies that the gateway is compared with.
    ProxyLoad,
}

impl Purpose {
    /// Returns the groups of the table.
    fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Build => &["build"],
            Self::VirtualDisplay => &["display"],
            Self::Screenshot => &["display", "webdriver"],
            Self::Tests => &[
                "build",
                "display",
                "webdriver",
                "proxies",
                "database",
                "tests",
            ],
            Self::Database => &["database"],
            Self::Load => &["load"],
            Self::ProxyLoad => &["load", "proxies"],
        }
    }
}

fn requirements(purpose: Purpose) -> Vec<Requirement> {
    let parse = |line: &'static str| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [group, probe, apt, dnf, pacman] if purpose.groups().contains(&group) => {
            Some(Requirement {
                probe,
                packages: [apt, dnf, pacman],
            })
        }
        _ => None,
    };
    TABLE.lines().filter_map(parse).collect()
}

/// Installs the packages that `purpose` needs and that are missing (Linux); elsewhere only checks for developer tools.
pub(crate) fn prepare(purpose: Purpose) -> anyhow::Result<()> {
    if purpose.groups().contains(&"build") && exec::find("npm").is_none() {
        bail!("Node.js is missing. Install Node.js 20.19 or later, with npm.");
    }
    if cfg!(target_os = "macos") {
        if !exec::succeeds(Command::new("xcode-select").arg("-p")) {
            bail!("Apple's command line tools are missing. Run `xcode-select --install`.");
        }
        return Ok(());
    }
    if cfg!(windows) {
        // Rust's installer offers the C++ build tools; Windows 10 and 11 include WebView2.
        return Ok(());
    }
    let find_missing = || {
        let mut missing = requirements(purpose);
        missing.retain(|requirement| !requirement.is_installed());
        missing
    };
    let missing = find_missing();
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)?;
    match find_missing().first() {
        None => Ok(()),
        Some(first) => bail!("{} is still missing.", first.probe),
    }
}

impl Requirement {
    fn is_installed(&self) -> bool {
        if let Some(name) = self.probe.strip_prefix("lib:") {
            return exec::succeeds(Command::new("pkg-config").args(["--exists", name]));
        }
        let path = Path::new(self.probe);
        if self.probe.contains('*') {
            let name = path.file_name().and_then(|name| name.to_str());
            return matches_file(self.probe) || name.is_some_and(|name| exec::find(name).is_some());
        }
        path.is_file() || exec::find(self.probe).is_some()
    }
}

/// Returns whether a pattern matches a file.
fn matches_file(pattern: &str) -> bool {
    glob::glob(pattern)
        .is_ok_and(|mut paths| paths.any(|path| path.is_ok_and(|path| path.is_file())))
}

fn install(missing: &[Requirement]) -> anyhow::Result<()> {
    let probes: Vec<_> = missing
        .iter()
        .map(|requirement| requirement.probe)
        .collect();
    let probes = probes.join(", ");
    let commands = install_commands(missing).with_context(|| {
        format!("Missing on this system: {probes}. Install them; apt-get, dnf, and pacman were not found.")
    })?;
    let is_root = exec::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !is_root {
        println!("Missing on this system: {probes}. This installs them:");
        for command in &commands {
            println!("  sudo {command}");
        }
        if !may_use_sudo(exec::is_ci(), SUDO_ALLOWED.load(Ordering::Relaxed), confirm)? {
            bail!("System packages are missing. Run the commands above, or add --install.");
        }
    }
    for command in &commands {
        exec::run(&mut privileged(command, is_root))?;
    }
    Ok(())
}

/// Returns the commands that install `missing`, or `None` without a known package manager.
fn install_commands(missing: &[Requirement]) -> Option<Vec<String>> {
    let programs = ["apt-get", "dnf", "pacman"];
    let index = programs
        .iter()
        .position(|name| exec::find(name).is_some())?;
    let (update, install) = [
        // A new machine has no package lists, or outdated ones.
        (
            Some("apt-get update -qq -y"),
            "apt-get install -y -qq --no-install-recommends",
        ),
        (None, "dnf install -y"),
        (None, "pacman -Sy --needed --noconfirm"),
    ][index];
    let packages: BTreeSet<_> = missing
        .iter()
        .map(|requirement| requirement.packages[index])
        .collect();
    let packages = Vec::from_iter(packages).join(" ");
    let mut commands = Vec::from_iter(update.map(str::to_owned));
    commands.push(format!("{install} {packages}"));
    Some(commands)
}

/// Returns whether sudo may run: if `--install` allows it or `ask` does, and never in CI.
fn may_use_sudo(
    is_ci: bool,
    is_allowed: bool,
    ask: impl FnOnce() -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    Ok(!is_ci && (is_allowed || ask()?))
}

/// Asks the person; without one, returns false.
fn confirm() -> anyhow::Result<bool> {
    if !exec::is_interactive() {
        return Ok(false);
    }
    print!("Run it? [y/N] ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Returns a command that runs as root and asks nothing.
fn privileged(command: &str, is_root: bool) -> Command {
    let sudo: &[&str] = match (is_root, exec::is_interactive()) {
        (true, _) => &[],
        (false, true) => &["sudo"],
        // It fails if it needs a password.
        (false, false) => &["sudo", "-n"],
    };
    let quiet = "env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a".split(' ');
    let mut line = sudo.iter().copied().chain(quiet).chain(command.split(' '));
    let mut privileged = Command::new(line.next().unwrap_or_default());
    privileged.args(line);
    privileged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sudo_needs_permission_and_never_runs_in_ci() {
        for (is_ci, is_allowed, agrees, expected) in [
            (false, false, false, false),
            (false, false, true, true),
            (false, true, false, true),
            (true, true, true, false),
        ] {
            let may = may_use_sudo(is_ci, is_allowed, || Ok(agrees)).expect("a decision");
            assert_eq!(
                may, expected,
                "in CI: {is_ci}, --install: {is_allowed}, the person agrees: {agrees}"
            );
        }
    }

    #[test]
    fn every_line_of_the_table_is_a_requirement() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        let parsed = requirements(Purpose::Tests).len() + requirements(Purpose::Load).len();
        assert_eq!(
            parsed, lines,
            "a line in another form would never be installed"
        );
    }

    #[test]
    fn pattern_matches_files_in_every_version() {
        let directory = tempfile::tempdir().expect("a directory");
        let programs = directory.path().join("17/bin");
        std::fs::create_dir_all(programs.join("no-program")).expect("a directory");
        std::fs::write(programs.join("postgres"), "").expect("a file");
        let probe = |name: &str| Requirement {
            probe: format!("{}/*/bin/{name}", directory.path().display()).leak(),
            packages: ["postgresql"; 3],
        };
        assert!(probe("postgres").is_installed(), "any version will do");
        assert!(
            probe("cargo").is_installed(),
            "a program in PATH will do too"
        );
        assert!(
            !probe("no-program").is_installed(),
            "a directory is no program"
        );
    }

    #[test]
    fn ci_installs_every_package_of_the_tests() {
        let workflow = include_str!("../../../.github/workflows/ci.yml");
        let words: Vec<_> = workflow.split_whitespace().collect();
        for requirement in requirements(Purpose::Tests) {
            let package = requirement.packages[0];
            assert!(
                words.contains(&package),
                "{package} would stop CI, which never calls sudo through this program"
            );
        }
    }

    #[test]
    fn root_installs_without_sudo() {
        let command = privileged("apt-get update", true);
        assert_eq!(command.get_program(), "env", "sudo may be missing");
    }
}
