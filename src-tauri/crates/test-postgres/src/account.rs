//! The account that runs a server. PostgreSQL refuses to run as root, so root uses the account that its package creates.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The account's name in all distributions.
const NAME: &str = "postgres";

/// The user and group of a server; `None` if they are those of this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account(Option<(u32, u32)>);

impl Account {
    /// Returns the account of this process, or the one of the package if this process runs as root.
    pub(crate) fn find() -> io::Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self(None));
        }
        let accounts = std::fs::read_to_string("/etc/passwd")?;
        let account = accounts.lines().find_map(parse).ok_or_else(|| {
            io::Error::other("The user postgres is missing, and PostgreSQL does not run as root.")
        })?;
        Ok(Self(Some(account)))
    }

    /// Makes a command run as this account.
    pub(crate) fn run_as(self, command: &mut Command) {
        if let Self(Some((user, group))) = self {
            command.uid(user).gid(group);
        }
    }

    /// Makes this account the owner of a file or directory.
    pub(crate) fn own(self, path: &Path) -> io::Result<()> {
        match self {
            Self(Some((user, group))) => chown(path, Some(user), Some(group)),
            Self(None) => Ok(()),
        }
    }
}

/// Parses a line of `/etc/passwd` if it is the account's.
fn parse(line: &str) -> Option<(u32, u32)> {
    match line.split(':').collect::<Vec<_>>()[..] {
        [NAME, _, user, group, ..] => Some((user.parse().ok()?, group.parse().ok()?)),
        _ => None,
    }
}
