//! Unix sockets in a directory that other users cannot access, so that none of them can replace the socket.

#[cfg(unix)]
pub(crate) use unix::{SocketFile, bind};

#[cfg(unix)]
mod unix {
    use std::fs::DirBuilder;
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
    use std::path::{Path, PathBuf};

    use tokio::net::UnixListener;

    use crate::error::ListenError;
    use crate::options::ListenAddress;

    /// A socket file, removed on drop.
    #[derive(Debug)]
    pub(crate) struct SocketFile(PathBuf);

    impl Drop for SocketFile {
        fn drop(&mut self) {
            // It may already be removed.
            let _removed = std::fs::remove_file(&self.0);
        }
    }

    /// Creates a missing directory, removes a stale socket, and listens.
    pub(crate) fn bind(path: &Path) -> Result<(UnixListener, SocketFile), ListenError> {
        let failed = |cause| ListenError::Bind {
            address: ListenAddress::Unix(path.to_owned()),
            cause,
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed)?;
        let metadata = std::fs::metadata(folder).map_err(failed)?;
        let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
        if !is_ours || metadata.permissions().mode() & 0o077 != 0 {
            return Err(ListenError::InsecureFolder {
                folder: folder.to_owned(),
            });
        }
        remove_stale(path).map_err(failed)?;
        let listener = UnixListener::bind(path).map_err(failed)?;
        Ok((listener, SocketFile(path.to_owned())))
    }

    fn remove_stale(path: &Path) -> io::Result<()> {
        match std::fs::symlink_metadata(path) {
            Ok(metadata) if metadata.file_type().is_socket() => {}
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
        match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => Err(io::ErrorKind::AddrInUse.into()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path)
            }
            Err(error) => Err(error),
        }
    }
}
