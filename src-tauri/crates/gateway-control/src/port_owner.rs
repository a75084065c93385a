//! Finds the program that listens on a loopback port. The operating system reports only programs of the same user.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use listeners::{Process, Protocol, SocketState};

/// Bytes that Linux keeps of a process name.
const MAX_PROCESS_NAME: usize = 15;

/// Returns the program's name and process id, such as `node (pid 812)`; `None` if it is unknown.
pub async fn port_owner(port: u16) -> Option<String> {
    // Blocks: reads all sockets and processes.
    let all = tokio::task::spawn_blocking(|| listeners::get_all().ok());
    let all = all.await.ok().flatten()?;
    let owner = all.into_iter().find(|listener| {
        // A closed connection can still have the port.
        listener.socket.port() == port
            && listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
            && blocks_loopback(listener.socket.ip())
    })?;
    let process = &owner.process;
    Some(format!("{} (pid {})", name(process), process.pid))
}

/// Returns whether a listener on `address` prevents one on 127.0.0.1.
fn blocks_loopback(address: IpAddr) -> bool {
    [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ]
    .contains(&address)
}

/// Returns the name of a process, in full if Linux truncated it.
fn name(process: &Process) -> &str {
    let file = Path::new(&process.path)
        .file_name()
        .and_then(|file| file.to_str());
    match file {
        Some(file) if process.name.len() == MAX_PROCESS_NAME && file.starts_with(&process.name) => {
            // Linux adds this if the file was replaced.
            file.strip_suffix(" (deleted)").unwrap_or(file)
        }
        _ => &process.name,
    }
}
