//! Describes why a server cannot listen on an address.

use std::io::{self, ErrorKind};

use keystile_gateway_control::port_owner;
use keystile_listener::ListenAddress;

use crate::error::{CliError, reason};

/// Describes the error of `server`, such as `The gateway`, and names the program that uses the port.
pub(crate) async fn describe(server: &str, address: &ListenAddress, cause: &io::Error) -> CliError {
    let (reason, advice) = match cause.kind() {
        ErrorKind::AddrInUse if let Some(tcp) = address.tcp() => {
            let port = tcp.port();
            let owner = port_owner(port).await;
            let owner = owner.as_deref().unwrap_or("another program");
            return CliError::new(
                "port_in_use",
                format!("{server} cannot listen on {address}: port {port} is in use by {owner}."),
                "Stop that program, or choose another port.",
            );
        }
        ErrorKind::PermissionDenied => (
            "permission denied".to_owned(),
            "Choose a port from 1024 to 65535.",
        ),
        ErrorKind::AddrNotAvailable => (
            "this machine does not have that address".to_owned(),
            "Use 127.0.0.1 or another address of this machine.",
        ),
        _ => (reason(cause), "Choose another address."),
    };
    CliError::new(
        "listen_failed",
        format!("{server} cannot listen on {address}: {reason}."),
        advice,
    )
}
