//! Describes why a server cannot listen on an address.

use std::io::{self, ErrorKind};

use keystile_gateway_control::port_owner;
use keystile_listener::{ListenAddress, ListenError};

use crate::error::{CliError, FileAccess, file_advice, reason};

/// Describes the error of `server`, such as `The gateway`, and names the program that uses the port.
pub(crate) async fn describe(server: &str, error: ListenError) -> CliError {
    if let ListenError::Tls { path, cause } = &error
        && let Some(cause) = cause.downcast_ref()
    {
        return CliError::file("Cannot read", path, FileAccess::Read, cause);
    }
    match error {
        ListenError::Bind { address, cause } => describe_bind(server, &address, &cause).await,
        error => error.into(),
    }
}

async fn describe_bind(server: &str, address: &ListenAddress, cause: &io::Error) -> CliError {
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
        ErrorKind::AddrInUse => (
            "the path is in use".to_owned(),
            "Stop the program that uses it, or choose another path.",
        ),
        kind if address.tcp().is_none() => (reason(cause), file_advice(FileAccess::Create, kind)),
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
