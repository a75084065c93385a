//! Which program listens on a port, for the sentence that says so. The system tells it for programs of the same user; where
//! it does not, nobody is named.

use listeners::Protocol;

/// The program's name and process id, such as `node (pid 812)`.
pub(crate) async fn port_holder(port: u16) -> Option<String> {
    // Reads the whole table of sockets and processes.
    let found = tokio::task::spawn_blocking(move || {
        listeners::get_process_by_port(port, Protocol::TCP).ok()
    });
    let process = found.await.ok().flatten()?;
    Some(format!("{} (pid {})", process.name, process.pid))
}
