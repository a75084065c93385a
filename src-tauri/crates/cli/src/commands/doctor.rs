//! `doctor`: checks the installation. Prints a line for each check, with advice where something is wrong. Never creates
//! a store. `store check` has the checks of the store only.

mod endpoints;
mod finding;
mod folder;
mod gateway_ports;
mod opened_store;
mod server;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use keystile_gateway_control::port_owner;
use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{NoClipboard, Registry};
use keystile_store::{SCHEMA_VERSION, Store, StoreAddress};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use finding::Finding;

pub(super) use endpoints::check_endpoint;
pub(super) use finding::Status;

use crate::arguments::Doctor;
use crate::error::CliError;
use crate::http_client;
use crate::report::Report;
use crate::resolve;
use crate::style::paint;

pub(crate) async fn run(db: Option<&Path>, args: &Doctor, report: &Report) -> Result<(), CliError> {
    let address = resolve::store_address(db)?;
    let mut findings = vec![check_version()];
    findings.extend(check_address(&address).await);
    findings.push(check_keychain().await);
    findings.push(check_port(args.listen).await);
    if let Some(registry) = open_registry(&address).await {
        findings.extend(gateway_ports::check(&registry).await);
        findings.extend(endpoints::check(&registry).await);
    }
    finish(&findings, report)
}

/// Checks only the store.
pub(crate) async fn check_store(db: Option<&Path>, report: &Report) -> Result<(), CliError> {
    let address = resolve::store_address(db)?;
    finish(&check_address(&address).await, report)
}

async fn check_address(address: &StoreAddress) -> Vec<Finding> {
    match address {
        StoreAddress::Folder(folder) => folder::check(folder).await,
        StoreAddress::Postgres(_) => server::check(address).await,
    }
}

/// Prints findings, and fails if one is bad.
fn finish(findings: &[Finding], report: &Report) -> Result<(), CliError> {
    print(findings, report);
    let is_bad = |finding: &&Finding| finding.status == Status::Bad;
    match findings.iter().filter(is_bad).count() {
        0 => Ok(()),
        count => Err(CliError::new(
            "problems_found",
            match count {
                1 => "1 problem found.".to_owned(),
                _ => format!("{count} problems found."),
            },
            "See the lines marked bad.",
        )),
    }
}

fn print(findings: &[Finding], report: &Report) {
    if report.is_json() {
        let value = |finding: &Finding| {
            json!({
                "check": finding.check,
                "status": finding.status.as_str(),
                "message": finding.message,
                "advice": finding.advice,
            })
        };
        return report.result("", &Value::Array(findings.iter().map(value).collect()));
    }
    for finding in findings {
        let status = paint(
            finding.status.style(),
            format_args!("{:<4}", finding.status.as_str()),
        );
        report.styled(&format!(
            "{status}  {:<11}  {}",
            finding.check, finding.message
        ));
        if !finding.advice.is_empty() {
            report.styled(&format!("{:19}{}", "", finding.advice));
        }
    }
}

fn check_version() -> Finding {
    let message = format!(
        "keystile {}, schema {SCHEMA_VERSION}, {} on {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    Finding::new("version", Status::Ok, message)
}

/// Opens the registry for the checks of environments. [`check_address`] reports a store that cannot be opened.
async fn open_registry(address: &StoreAddress) -> Option<Registry> {
    let store = Store::open_at(address, "terminal").await.ok()?;
    let clipboard = Arc::new(NoClipboard);
    Some(Registry::new(
        store,
        Keychain::system(),
        clipboard,
        Clock::system(),
    ))
}

/// A missing keychain is only a note, because Keystile works without one.
async fn check_keychain() -> Finding {
    let keychain = Keychain::system();
    match keychain.check().await {
        Ok(()) => {
            let message = format!("{} is available.", keychain.name());
            Finding::new("keychain", Status::Ok, message)
        }
        Err(error) => Finding::from_error("keychain", Status::Note, &error),
    }
}

async fn check_port(address: SocketAddr) -> Finding {
    if TcpListener::bind(address).await.is_ok() {
        let message = format!("{address} is free for `keystile serve`.");
        return Finding::new("port", Status::Ok, message);
    }
    if http_client::is_service(address).await {
        let message = format!("`keystile serve` is running on {address}.");
        return Finding::new("port", Status::Ok, message);
    }
    let message = match port_owner(address.port()).await {
        Some(owner) => format!("Port {} is in use by {owner}.", address.port()),
        None => format!("Cannot listen on {address}: another program may be using it."),
    };
    Finding::new("port", Status::Note, message)
        .advice("Stop it, or use another address: keystile serve --listen ADDRESS:PORT")
}
