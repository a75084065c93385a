//! Answer over HTTP until Ctrl+C or SIGTERM.

use std::path::Path;

use keystile_listener::{ListenAddress, ListenError, ListenOptions};
use keystile_service::{Error, Server, Settings};
use keystile_verifier::Verifier;
use serde_json::json;
use zeroize::Zeroizing;

use crate::arguments::Serve;
use crate::failure::Failure;
use crate::listen_failure;
use crate::place;
use crate::report::Report;
use crate::signal::stop;

pub(crate) async fn run(db: Option<&Path>, wish: Serve, report: &Report) -> Result<(), Failure> {
    keystile_listener::forbid_memory_dumps();
    let address = match wish.socket {
        Some(path) => ListenAddress::Unix(path),
        None => wish.listen.into(),
    };
    let mut settings = Settings::new(ListenOptions {
        address,
        allow_remote: wish.allow_remote,
        tls: wish.tls.files(),
    });
    settings.allowed_hosts = wish.hosts;
    settings.default_proxy = wish.proxy;
    settings.access_log = wish.log.open()?;
    if let Some(file) = wish.admin_token_file {
        settings.admin_token = Some(admin_token(&file)?);
    }
    let folder = place::folder(db)?;
    let verifier = Verifier::open(&folder).await?;
    keystile_listener::raise_file_limit();
    let service = match Server::bind(verifier, settings).await {
        Ok(service) => service,
        Err(Error::Listen(ListenError::Bind { address, cause })) => {
            return Err(listen_failure::describe("The service", &address, &cause).await);
        }
        Err(error) => return Err(error.into()),
    };
    let address = service.address();
    let url = address.url(service.is_tls());
    report.result(
        &format!("Keystile answers on {url}"),
        &json!({"address": address.to_string(), "store": folder.display().to_string()}),
    );
    if let Some(warning) = service.warning() {
        report.say(&warning);
    }
    service.run(stop()).await;
    Ok(())
}

/// Reads the admin token. A file that other users may read is refused, as a store is.
fn admin_token(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |cause: std::io::Error| {
        Failure::system(&format!("{} could not be read", file.display()), &cause)
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Failure::new(
                "admin_token_file_open",
                format!(
                    "{} is open to other users of this machine (mode {mode:o}).",
                    file.display()
                ),
                format!("Close it with: chmod 600 '{}'", file.display()),
            ));
        }
    }
    let token = Zeroizing::new(std::fs::read_to_string(file).map_err(unreadable)?);
    Ok(Zeroizing::new(token.trim().to_owned()))
}
