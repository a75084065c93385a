//! Log files with rotation. The crate `file-rotate` is not used, because it panics if its directory is deleted and
//! hides write errors.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A log file of bounded size. On Unix its mode is 0600.
#[derive(Debug)]
pub struct RotatingFile {
    path: PathBuf,
    file: File,
    size: u64,
    max_bytes: u64,
    max_old_files: u32,
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl RotatingFile {
    /// Opens the file for appending. It is rotated before a write that exceeds `max_bytes`; `max_old_files` are kept as
    /// `NAME.1` (the newest) to `NAME.N`.
    ///
    /// # Errors
    /// The file cannot be opened or created.
    pub fn open(path: &Path, max_bytes: u64, max_old_files: u32) -> io::Result<Self> {
        let file = open(path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
            max_bytes,
            max_old_files,
        })
    }

    fn old(&self, number: u32) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(format!(".{number}"));
        name.into()
    }

    fn rotate(&mut self) -> io::Result<()> {
        if self.max_old_files == 0 {
            self.file.set_len(0)?;
        } else {
            // The file is missing if an earlier rotation renamed it and could not create a new one.
            if self.path.try_exists()? {
                for number in (1..self.max_old_files).rev() {
                    rename(&self.old(number), &self.old(number + 1))?;
                }
                rename(&self.path, &self.old(1))?;
            }
            self.file = open(&self.path)?;
        }
        self.size = 0;
        Ok(())
    }
}

/// Renames a file if it exists.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed,
    }
}

impl Write for RotatingFile {
    /// Writes all of `bytes` to the same file.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size > 0 && self.size + bytes.len() as u64 > self.max_bytes {
            self.rotate()?;
        }
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(folder: &Path) -> io::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(entry.path())?));
        }
        files.sort_unstable();
        Ok(files)
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        files.iter().map(owned).collect()
    }

    #[test]
    fn full_file_is_rotated_and_the_oldest_is_deleted() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        std::fs::write(&path, "1111\n")?;
        let mut log = RotatingFile::open(&path, 10, 2)?;
        for line in [
            "2222\n",
            "3333\n",
            "a line that is longer than the limit\n",
            "5555\n",
        ] {
            log.write_all(line.as_bytes())?;
        }
        assert_eq!(
            contents(folder.path())?,
            named(&[
                ("log", "5555\n"),
                ("log.1", "a line that is longer than the limit\n"),
                ("log.2", "3333\n"),
            ]),
            "lines are not split, and the size is bounded"
        );
        Ok(())
    }

    #[test]
    fn write_after_directory_was_deleted_fails() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        let mut log = RotatingFile::open(&path, 10, 1)?;
        log.write_all(b"11111111\n")?;
        folder.close()?;
        let written = log.write_all(b"22222222\n");
        assert!(written.is_err(), "a lost line must be reported");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn rotated_files_have_mode_0600() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        let mut log = RotatingFile::open(&path, 10, 1)?;
        log.write_all(b"11111111\n")?;
        log.write_all(b"22222222\n")?;
        for name in ["log", "log.1"] {
            let mode = folder.path().join(name).metadata()?.permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        Ok(())
    }
}
