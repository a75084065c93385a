//! Why a program cannot listen on an address, with the program that uses the port where that is the reason.

use std::io::{self, ErrorKind};

use keystile_gateway_control::port_owner;
use keystile_listener::ListenAddress;

use crate::failure::Failure;
use crate::report;

/// Describes what the system said when `what`, such as `The service`, tried to listen on the address.
pub(crate) async fn describe(what: &str, address: &ListenAddress, cause: &io::Error) -> Failure {
    let (reason, advice) = match cause.kind() {
        ErrorKind::AddrInUse if let Some(tcp) = address.tcp() => {
            let port = tcp.port();
            let owner = port_owner(port).await;
            let by = owner.as_deref().unwrap_or("another program");
            return Failure::new(
                "port_in_use",
                format!("{what} cannot listen on {address}: port {port} is used by {by}."),
                "End that program, or choose another port.",
            );
        }
        ErrorKind::PermissionDenied => (
            "your user may not use this port".to_owned(),
            "Choose a port from 1024 up.",
        ),
        ErrorKind::AddrNotAvailable => (
            "it is no address of this machine".to_owned(),
            "Listen on 127.0.0.1, or on an address that this machine has.",
        ),
        _ => (report::reason(cause), "Choose another address."),
    };
    Failure::new(
        "listen_failed",
        format!("{what} cannot listen on {address}: {reason}."),
        advice,
    )
}
