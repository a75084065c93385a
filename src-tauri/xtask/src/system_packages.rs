//! Finds and installs the system packages that building, running and testing need. It probes for programs and
//! libraries, not for package names. sudo runs only after a yes: at the prompt, or by `--install`; never in CI.

use std::io::Write;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;

use crate::exec;

/// Whether `--install` was given.
static SUDO_ALLOWED: AtomicBool = AtomicBool::new(false);

/// Lets [`prepare`] call sudo without asking.
pub(crate) fn allow_sudo() {
    SUDO_ALLOWED.store(true, Ordering::Relaxed);
}

/// The requirements; see its first line.
const TABLE: &str = include_str!("system_packages.txt");

/// A program or library, and the packages that hold it in Debian, Fedora and Arch.
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
    /// A load generator.
    Load,
    /// Like `Load`, with the proxies that the gateway is compared with.
    ProxyLoad,
}

fn requirements(purpose: Purpose) -> Vec<Requirement> {
    let groups: &[&str] = match purpose {
        Purpose::Build => &["build"],
        Purpose::VirtualDisplay => &["display"],
        Purpose::Screenshot => &["display", "webdriver"],
        Purpose::Load => &["load"],
        Purpose::ProxyLoad => &["load", "proxies"],
        Purpose::Tests => &[
            "build",
            "display",
            "webdriver",
            "window-tests",
            "proxies",
            "servers",
        ],
    };
    let columns = TABLE
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let parse = |columns: Vec<&'static str>| match columns[..] {
        [group, probe, apt, dnf, pacman] if groups.contains(&group) => Some(Requirement {
            probe,
            packages: [apt, dnf, pacman],
        }),
        _ => None,
    };
    columns.filter_map(parse).collect()
}

/// Installs the packages that `purpose` needs and that are missing (Linux); elsewhere only checks for developer tools.
pub(crate) fn prepare(purpose: Purpose) -> anyhow::Result<()> {
    if purpose == Purpose::Build && exec::find("npm").is_none() {
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
        match self.probe.strip_prefix("lib:") {
            None => exec::find(self.probe).is_some(),
            Some(name) => exec::succeeds(Command::new("pkg-config").args(["--exists", name])),
        }
    }
}

/// How an installation may proceed.
#[derive(Debug, PartialEq, Eq)]
enum Permission {
    /// Run the commands as they are.
    Root,
    Sudo,
    AskThenSudo,
    /// Print the commands and stop.
    Denied,
}

/// The circumstances that decide the [`Permission`].
#[derive(Clone, Copy)]
struct Caller {
    is_root: bool,
    is_ci: bool,
    /// Whether a person can answer.
    is_interactive: bool,
    /// Whether `--install` was given.
    allows_sudo: bool,
}

impl Caller {
    fn current() -> anyhow::Result<Self> {
        Ok(Self {
            is_root: exec::output(Command::new("id").arg("-u"))?.trim() == "0",
            is_ci: exec::is_ci(),
            is_interactive: exec::is_interactive(),
            allows_sudo: SUDO_ALLOWED.load(Ordering::Relaxed),
        })
    }

    fn permission(self) -> Permission {
        match self {
            Self { is_root: true, .. } => Permission::Root,
            Self { is_ci: true, .. } => Permission::Denied,
            Self {
                allows_sudo: true, ..
            } => Permission::Sudo,
            Self {
                is_interactive: true,
                ..
            } => Permission::AskThenSudo,
            _ => Permission::Denied,
        }
    }
}

fn install(missing: &[Requirement]) -> anyhow::Result<()> {
    let probes: Vec<_> = missing
        .iter()
        .map(|requirement| requirement.probe)
        .collect();
    let probes = probes.join(", ");
    let Some(commands) = install_commands(missing) else {
        bail!(
            "Missing on this system: {probes}. Install them; apt-get, dnf and pacman were not found."
        );
    };
    let permission = Caller::current()?.permission();
    if permission != Permission::Root {
        println!("Missing on this system: {probes}. This installs them:");
        for command in &commands {
            println!("  sudo {}", command.join(" "));
        }
    }
    match permission {
        Permission::Root | Permission::Sudo => {}
        Permission::AskThenSudo if confirm()? => {}
        _ => bail!("System packages are missing. Run the commands above, or add --install."),
    }
    for command in &commands {
        exec::run(&mut privileged(command, &permission))?;
    }
    Ok(())
}

/// Returns the commands that install `missing`, or `None` without a known package manager.
fn install_commands(missing: &[Requirement]) -> Option<Vec<Vec<&'static str>>> {
    // A new machine has no package lists, or outdated ones.
    const UPDATE: &str = "apt-get update -qq -y";
    let commands = [
        ("apt-get", "apt-get install -y -qq --no-install-recommends"),
        ("dnf", "dnf install -y"),
        ("pacman", "pacman -Sy --needed --noconfirm"),
    ];
    let index = commands
        .iter()
        .position(|(name, _)| exec::find(name).is_some())?;
    let mut packages: Vec<_> = missing
        .iter()
        .map(|requirement| requirement.packages[index])
        .collect();
    packages.sort_unstable();
    packages.dedup();
    let install = commands[index].1.split(' ').chain(packages).collect();
    Some(match index {
        0 => vec![UPDATE.split(' ').collect(), install],
        _ => vec![install],
    })
}

fn confirm() -> anyhow::Result<bool> {
    print!("Run it? [y/N] ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn privileged(arguments: &[&str], permission: &Permission) -> Command {
    let mut command = Command::new(if *permission == Permission::Root {
        "env"
    } else {
        "sudo"
    });
    if *permission != Permission::Root {
        if !exec::is_interactive() {
            command.arg("-n");
        }
        command.arg("env");
    }
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=a"])
        .args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: Caller = Caller {
        is_root: false,
        is_ci: false,
        is_interactive: false,
        allows_sudo: false,
    };

    #[test]
    fn sudo_needs_permission_and_never_runs_in_ci() {
        let interactive = Caller {
            is_interactive: true,
            ..USER
        };
        let with_flag = Caller {
            allows_sudo: true,
            ..USER
        };
        let ci = Caller {
            is_ci: true,
            ..with_flag
        };
        assert_eq!(
            USER.permission(),
            Permission::Denied,
            "there is no person to ask"
        );
        assert_eq!(
            interactive.permission(),
            Permission::AskThenSudo,
            "a person decides"
        );
        assert_eq!(
            with_flag.permission(),
            Permission::Sudo,
            "--install is the decision"
        );
        assert_eq!(
            ci.permission(),
            Permission::Denied,
            "CI declares its packages itself"
        );
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
    fn root_installs_directly() {
        for is_ci in [true, false] {
            let root = Caller {
                is_root: true,
                is_ci,
                ..USER
            };
            assert_eq!(root.permission(), Permission::Root, "root needs no sudo");
            let command = privileged(&["apt-get", "update"], &Permission::Root);
            assert_eq!(command.get_program(), "env", "sudo may be missing");
        }
    }
}
