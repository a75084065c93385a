//! Which program listens on a port of loopback, for the sentence that says so. The system tells it for programs of the same
//! user; where it does not, nobody is named.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use listeners::{Process, Protocol, SocketState};

/// The longest name that Linux keeps of a process.
const LONGEST_KEPT: usize = 15;

/// The program's name and process id, such as `node (pid 812)`.
pub async fn port_holder(port: u16) -> Option<String> {
    // Reads the whole table of sockets and processes.
    let all = tokio::task::spawn_blocking(|| listeners::get_all().ok());
    let all = all.await.ok().flatten()?;
    let holder = all.into_iter().find(|listener| {
        // A connection that ended a moment ago has the port too, and no program.
        listener.socket.port() == port
            && listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
            && keeps_loopback(listener.socket.ip())
    })?;
    let process = &holder.process;
    Some(format!("{} (pid {})", name(process), process.pid))
}

/// Whether who listens there keeps others from listening on 127.0.0.1.
fn keeps_loopback(address: IpAddr) -> bool {
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
        Some(file) if process.name.len() == LONGEST_KEPT && file.starts_with(&process.name) => {
            // What was replaced since it was started.
            file.strip_suffix(" (deleted)").unwrap_or(file)
        }
        _ => &process.name,
    }
}
