//! `audit.head`, a file beside the database: the last audit row as of the last commit, outside the table. A chain that was
//! cut off or replaced does not go on from what is remembered here. The file is replaced atomically after each commit; one
//! that is lost or behind proves less and hinders nothing.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;

use crate::error::StoreError;

/// The name of the file in the store's directory.
const HEAD_FILE: &str = "audit.head";

/// An audit row that stands for every row before it as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Its number.
    pub seq: i64,
    /// Its authentication code.
    pub mac: Vec<u8>,
}

impl AuditHead {
    /// Whether the table has this very row.
    pub(crate) async fn is_stored(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, StoreError> {
        let mac: Option<Vec<u8>> = sqlx::query_scalar("SELECT mac FROM audit WHERE seq = ?")
            .bind(self.seq)
            .fetch_optional(connection)
            .await?;
        Ok(mac.as_ref() == Some(&self.mac))
    }
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RememberedHead {
    /// The end of the chain at the last commit.
    pub(crate) last: AuditHead,
    /// An earlier end that the chain did not go on from.
    pub(crate) lost: Option<AuditHead>,
}

/// The file of one store.
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

    /// Returns what is remembered; `None` when the file is absent or cannot be read.
    pub(crate) fn read(&self) -> Option<RememberedHead> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => {
                let remembered = parse(&text);
                if remembered.is_none() {
                    tracing::warn!(
                        "audit.head cannot be read; it is written anew with the next change"
                    );
                }
                remembered
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "audit.head cannot be read");
                None
            }
        }
    }

    /// Replaces the file. What cannot be written is logged: the change itself is committed already.
    pub(crate) async fn write(&self, remembered: RememberedHead) {
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || replace(&path, &remembered)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "audit.head was not written"),
            Err(error) => tracing::warn!(%error, "audit.head was not written"),
        }
    }

    /// Forgets the end of a database that is not there any more.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn replace(path: &Path, remembered: &RememberedHead) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    // Mode 0600 on Unix, and a name of its own for each writer.
    let mut file = tempfile::Builder::new()
        .prefix(".audit.head.")
        .tempfile_in(directory)?;
    file.write_all(text(remembered).as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// One line for each end: its number and its code in hexadecimal digits.
fn text(remembered: &RememberedHead) -> String {
    let line = |head: &AuditHead| format!("{} {}\n", head.seq, hex::encode(&head.mac));
    let lost = remembered.lost.as_ref().map(line);
    format!("{}{}", line(&remembered.last), lost.unwrap_or_default())
}

fn parse(text: &str) -> Option<RememberedHead> {
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
    Some(RememberedHead { last, lost })
}

#[cfg(test)]
mod tests {
    use super::{AuditHead, RememberedHead, parse, text};

    #[test]
    fn remembered_head_reads_as_it_was_written() {
        let head = |seq: i64| AuditHead {
            seq,
            mac: vec![0xa5; 32],
        };
        for lost in [None, Some(head(9))] {
            let written = RememberedHead {
                last: head(7),
                lost,
            };
            assert_eq!(parse(&text(&written)), Some(written));
        }
        for damaged in ["", "7", "7 xyz", "seven a5", "7 a5\n9"] {
            assert_eq!(parse(damaged), None, "{damaged}");
        }
    }
}
