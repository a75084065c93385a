//! `serve`: runs the HTTP service until a shutdown signal.

use std::path::Path;

use keystile_admin::{AdminApi, AdminSettings};
use keystile_listener::{ListenAddress, ListenError, ListenOptions};
use keystile_service::{AdminTokens, Error, Server, Settings};
use keystile_store::Store;
use serde_json::json;
use zeroize::Zeroizing;

use crate::arguments::Serve;
use crate::error::{CliError, FileAccess};
use crate::listen_error;
use crate::report::{Report, warn};
use crate::resolve;
use crate::signal;

pub(crate) async fn run(db: Option<&Path>, args: Serve, report: &Report) -> Result<(), CliError> {
    keystile_listener::forbid_memory_dumps();
    let address = match args.socket {
        Some(path) => ListenAddress::Unix(path),
        None => args.listen.into(),
    };
    let mut settings = Settings::new(ListenOptions {
        address,
        allow_remote: args.allow_remote,
        tls: args.tls.files(),
    });
    settings.allowed_hosts = args.allowed_hosts;
    settings.default_proxy = args.proxy;
    settings.access_log = args.log.open()?;
    if let Some(file) = args.admin_token_file {
        settings.admin_tokens = Some(read_admin_tokens(&file)?);
    }
    let store = resolve::store_address(db)?;
    let admin_api = match &settings.admin_tokens {
        Some(tokens) if args.admin_api => {
            resolve::require_store(db)?;
            let opened = Store::open_at(&store, "admin-api").await?;
            let admin_api = AdminApi::new(opened, AdminSettings::new(tokens.clone()));
            for project in admin_api.unknown_projects().await? {
                warn(&format!(
                    "An admin token is for the project {project}, which does not exist. Until it does, the token is rejected."
                ));
            }
            Some(admin_api)
        }
        _ => None,
    };
    settings.routes = admin_api.as_ref().map(AdminApi::routes);
    let verifier = args
        .log
        .open_verifier(&store, "serve", "", args.consistency.into())
        .await?;
    keystile_listener::raise_file_limit();
    let server = match Server::bind(verifier.clone(), settings).await {
        Ok(server) => server,
        Err(
            Error::Listen(ListenError::RemoteNotAllowed { address })
            | Error::AdminTokenRequired { address },
        ) => return Err(remote_requirements(&address)),
        Err(Error::Listen(error)) => {
            return Err(listen_error::describe("The service", error).await);
        }
        Err(error) => return Err(error.into()),
    };
    let address = server.address();
    let url = address.url(server.is_tls());
    report.result(
        &format!("Listening on {url}"),
        &json!({"address": address.to_string(), "store": store.to_string()}),
    );
    if let Some(warning) = server.warning() {
        warn(&warning);
    }
    match admin_api {
        Some(admin_api) => {
            tokio::select! {
                () = server.run(signal::shutdown()) => {}
                () = admin_api.sweep() => {}
            }
            admin_api.close().await;
        }
        None => server.run(signal::shutdown()).await,
    }
    verifier.release_lease().await;
    Ok(())
}

/// Describes everything that an address for other machines requires.
fn remote_requirements(address: &ListenAddress) -> CliError {
    CliError::usage(
        "remote_not_allowed",
        format!("Other machines could reach {address}."),
        "Listen on 127.0.0.1, or pass --allow-remote and --admin-token-file FILE, and use TLS.\n\
         Make a token: (umask 077; openssl rand -hex 32 > FILE)",
    )
}

/// Reads the admin tokens. Rejects a file that other users can access.
fn read_admin_tokens(file: &Path) -> Result<AdminTokens, CliError> {
    let error =
        |cause: std::io::Error| CliError::file("Cannot read", file, FileAccess::Read, &cause);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(error)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(CliError::new(
                "insecure_admin_token_file",
                format!("Other users can access {} (mode {mode:o}).", file.display()),
                format!("Restrict it: chmod 600 '{}'", file.display()),
            ));
        }
    }
    let text = Zeroizing::new(std::fs::read_to_string(file).map_err(error)?);
    Ok(AdminTokens::parse(&text)?)
}
