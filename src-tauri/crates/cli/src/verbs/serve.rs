//! Answer over HTTP until Ctrl+C or SIGTERM.

use std::path::Path;

use keystile_service::{Server, Settings};
use keystile_verifier::Verifier;
use serde_json::json;
use zeroize::Zeroizing;

use crate::arguments::Serve;
use crate::failure::Failure;
use crate::place;
use crate::report::Report;
use crate::signal::stop;

pub(crate) async fn run(db: Option<&Path>, wish: Serve, report: &Report) -> Result<(), Failure> {
    let mut settings = Settings::new(wish.listen);
    settings.beyond_loopback = wish.beyond_loopback;
    settings.allowed_hosts = wish.hosts;
    settings.trust = wish.proxy;
    if let Some(file) = wish.admin_token_file {
        let token = std::fs::read_to_string(&file).map_err(|cause| {
            Failure::system(&format!("{} could not be read", file.display()), &cause)
        })?;
        settings.admin_token = Some(Zeroizing::new(token.trim().to_owned()));
    }
    let folder = place::folder(db)?;
    let verifier = Verifier::open(&folder).await?;
    keystile_listener::raise_file_limit();
    let service = Server::bind(verifier, settings).await?;
    let address = service.address();
    report.result(
        &format!("Keystile answers on http://{address}"),
        &json!({"address": address.to_string(), "store": folder.display().to_string()}),
    );
    if let Some(warning) = service.warning() {
        report.say(&warning);
    }
    service.run(stop()).await;
    Ok(())
}
