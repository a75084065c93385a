//! Finds the program that listens on a loopback port. The system reports it for programs of the same user only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use listeners::{Process, Protocol, SocketState};

/// Bytes that Linux keeps of a process name.
const MAX_PROCESS_NAME: usize = 15;

/// The program's name and process id, such as `node (pid 812)`.
pub async fn port_owner(port: u16) -> Option<String> {
    // Reads the whole table of sockets and processes.
    let all = tokio::task::spawn_blocking(|| listeners::get_all().ok());
    let all = all.await.ok().flatten()?;
    let owner = all.into_iter().find(|listener| {
        // A connection that ended a moment ago has the port too, and no program.
        listener.socket.port() == port
            && listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
            && blocks_loopback(listener.socket.ip())
    })?;
    let process = &owner.process;
    Some(format!("{} (pid {})", name(process), process.pid))
}

/// Whether who listens there keeps others from listening on 127.0.0.1.
fn blocks_loopback(address: IpAddr) -> bool {
    [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ]
    .contains(&address)
}

/// As its process is called, in full where Linux cut that off.
fn name(process: &Process) -> &str {
    let file = Path::new(&process.path)
        .file_name()
        .and_then(|file| file.to_str());
    match file {
        Some(file) if process.name.len() == MAX_PROCESS_NAME && file.starts_with(&process.name) => {
            // What was replaced since it was started.
            file.strip_suffix(" (deleted)").unwrap_or(file)
        }
        _ => &process.name,
    }
}
