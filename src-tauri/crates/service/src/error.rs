//! Errors of starting the service, and of generating a proxy's configuration.

use std::net::SocketAddr;

use keystile_listener::{ListenAddress, ListenError};
use miette::Diagnostic;
use thiserror::Error as ThisError;

use crate::proxy::Proxy;

/// The service cannot start, or a configuration cannot be generated.
#[derive(Debug, ThisError, Diagnostic)]
pub enum Error {
    /// Other machines can reach the address, and there is no admin token.
    #[error(
        "Other machines can reach {address}, so verify, introspect, and metrics require an admin token."
    )]
    #[diagnostic(
        code("admin_token_required"),
        help("Pass --admin-token-file with a token of at least 32 characters.")
    )]
    AdminTokenRequired {
        /// The address.
        address: ListenAddress,
    },
    /// Other machines can reach the address, and the metrics of a gateway require no token.
    #[error("Not serving metrics on {address}: other machines could read them.")]
    #[diagnostic(
        code("remote_metrics"),
        help(
            "Use 127.0.0.1:{}, and let a reverse proxy with authentication serve it to other machines.",
            address.port()
        )
    )]
    RemoteMetrics {
        /// The address.
        address: SocketAddr,
    },
    /// The admin token is too short, or invalid in a header.
    #[error(
        "The admin token is missing, too short, or contains characters that are not allowed in a header."
    )]
    #[diagnostic(
        code("weak_admin_token"),
        help("Use at least 32 random letters and digits.")
    )]
    WeakAdminToken,
    /// It is not clear what an admin token is for.
    #[error("An admin token is repeated, or followed by a space and no project.")]
    #[diagnostic(
        code("ambiguous_admin_token"),
        help("Write each token once, alone or with the name or ID of its project.")
    )]
    AmbiguousAdminToken,
    /// A host name is invalid.
    #[error("Invalid host name: “{0}”.")]
    #[diagnostic(
        code("invalid_host_name"),
        help("Use a name such as keys.internal or keys.internal:7878.")
    )]
    InvalidHostName(String),
    /// The upstream of a configuration is invalid.
    #[error("Invalid upstream: “{0}”.")]
    #[diagnostic(
        code("invalid_upstream"),
        help(
            "Use HOST:PORT, such as 127.0.0.1:8000, or a URL such as https://api.example/v2, without query and escapes."
        )
    )]
    InvalidUpstream(String),
    /// A configuration cannot contain the path of the service's socket.
    #[error("Unsupported socket path: “{0}”.")]
    #[diagnostic(
        code("invalid_socket_path"),
        help("Use an absolute path of letters, digits, and common punctuation.")
    )]
    InvalidSocketPath(String),
    /// The proxy connects over TCP only.
    #[error("{0} cannot connect to a Unix socket.")]
    #[diagnostic(
        code("unsupported_socket"),
        help("Let the service listen on a TCP port, such as 127.0.0.1:7878.")
    )]
    UnsupportedSocket(Proxy),
    /// The proxy's configuration has no part for an existing server.
    #[error("{0} has no part for an existing server or site block.")]
    #[diagnostic(
        code("unsupported_location_only"),
        help("Omit --location-only, or use {}.", proxies_with_location_part())
    )]
    UnsupportedLocationOnly(Proxy),
    /// A configuration cannot contain the environment's name.
    #[error("The proxy's configuration does not support this project or environment name.")]
    #[diagnostic(
        code("unsupported_environment_name"),
        help("Use the environment's id instead.")
    )]
    UnsupportedEnvironmentName,
    /// The service cannot listen.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Listen(#[from] ListenError),
}

fn proxies_with_location_part() -> String {
    let proxies = Proxy::ALL
        .into_iter()
        .filter(|proxy| proxy.has_location_part());
    proxies.map(Proxy::as_str).collect::<Vec<_>>().join(" or ")
}
