//! `audit.head`, a file beside the database with the last audit row of the last commit. A chain without that row was
//! truncated or replaced. The file is replaced atomically after each commit; a missing or old file only weakens the
//! check.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::columns::Columns;
use crate::error::StoreError;

/// The name of the file in the store's directory.
const HEAD_FILE: &str = "audit.head";

/// The last row of a chain, which authenticates every row before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Its sequence number.
    pub seq: i64,
    /// Its authentication code.
    pub mac: Vec<u8>,
}

impl AuditHead {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.integer("seq")?,
            mac: row.bytes("mac")?,
        })
    }
}

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadFileContent {
    /// The head at the last commit.
    pub(crate) last: AuditHead,
    /// An earlier head that is missing from the chain.
    pub(crate) lost: Option<AuditHead>,
}

/// The file in one directory.
#[derive(Debug)]
pub(crate) struct HeadFile {
    path: PathBuf,
}

impl HeadFile {
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self {
            path: directory.join(HEAD_FILE),
        }
    }

    /// Reads the file; `None` if it is missing or cannot be read.
    pub(crate) fn read(&self) -> Option<HeadFileContent> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => {
                let content = parse(&text);
                if content.is_none() {
                    tracing::warn!("audit.head is damaged; the next change replaces it");
                }
                content
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "cannot read audit.head");
                None
            }
        }
    }

    /// Replaces the file. Errors are only logged, because the change is already committed.
    pub(crate) async fn write(&self, last: AuditHead, lost: Option<AuditHead>) {
        let content = HeadFileContent { last, lost };
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || replace(&path, &content)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "cannot write audit.head"),
            Err(error) => tracing::warn!(%error, "cannot write audit.head"),
        }
    }

    /// Removes the file, for a new database in place of a removed one.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn replace(path: &Path, content: &HeadFileContent) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    // Created with mode 0600 and a random name.
    let mut file = tempfile::Builder::new()
        .prefix(".audit.head.")
        .tempfile_in(directory)?;
    file.write_all(format(content).as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Formats a line for each head: its number and its hexadecimal code.
fn format(content: &HeadFileContent) -> String {
    let line = |head: &AuditHead| std::format!("{} {}\n", head.seq, hex::encode(&head.mac));
    let lost = content.lost.as_ref().map(line);
    std::format!("{}{}", line(&content.last), lost.unwrap_or_default())
}

fn parse(text: &str) -> Option<HeadFileContent> {
    let head = |line: &str| {
        let (seq, mac) = line.split_once(' ')?;
        Some(AuditHead {
            seq: seq.parse().ok()?,
            mac: hex::decode(mac).ok()?,
        })
    };
    let mut lines = text.lines();
    let last = head(lines.next()?)?;
    let lost = match lines.next() {
        Some(line) => Some(head(line)?),
        None => None,
    };
    Some(HeadFileContent { last, lost })
}

#[cfg(test)]
mod tests {
    use super::{AuditHead, HeadFileContent, format, parse};

    #[test]
    fn formatted_head_is_parsed_back() {
        let head = |seq: i64| AuditHead {
            seq,
            mac: vec![0xa5; 32],
        };
        for lost in [None, Some(head(9))] {
            let written = HeadFileContent {
                last: head(7),
                lost,
            };
            assert_eq!(parse(&format(&written)), Some(written));
        }
        for damaged in ["", "7", "7 xyz", "seven a5", "7 a5\n9"] {
            assert_eq!(parse(damaged), None, "{damaged}");
        }
    }
}
