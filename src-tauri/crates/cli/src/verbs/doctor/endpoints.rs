//! Whether the APIs that environments name take a connection. Nothing is sent to them. All are asked at once, and none for
//! longer than the limit: an API that is switched off must not keep the other findings waiting.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway::Endpoint;
use keystile_registry::Registry;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

use super::finding::{Finding, Weight};
use crate::{hint, place};

/// From the question for the address of a name on.
const LIMIT: Duration = Duration::from_secs(2);
/// More at once would run into the system's limit of open files.
const AT_ONCE: usize = 100;

/// A finding each environment that has an endpoint, in the order of the list of environments.
pub(super) async fn look(registry: &Registry) -> Vec<Finding> {
    let environments = place::environments(registry).await.unwrap_or_default();
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for (number, environment) in environments.iter().enumerate() {
        let Some(endpoint) = environment.endpoint.clone() else {
            continue;
        };
        let whose = place::reference_to(environment);
        let turns = Arc::clone(&turns);
        asked.spawn(async move {
            let _turn = turns.acquire().await;
            (number, finding(&whose, &endpoint).await)
        });
    }
    let mut findings = asked.join_all().await;
    findings.sort_by_key(|(number, _)| *number);
    findings.into_iter().map(|(_, finding)| finding).collect()
}

async fn finding(whose: &str, endpoint: &str) -> Finding {
    let why = match Endpoint::parse(endpoint) {
        Ok(parsed) => match tokio::time::timeout(LIMIT, connect(&parsed)).await {
            Ok(Ok(())) => {
                let good = format!("{endpoint}, the endpoint of {whose}, takes connections.");
                return Finding::new("endpoint", Weight::Good, good);
            }
            Ok(Err(cause)) => said(&cause),
            Err(_) => format!("no answer within {} s", LIMIT.as_secs()),
        },
        Err(_) => "it is no address that a gateway can reach".to_owned(),
    };
    let bad = format!("{endpoint}, the endpoint of {whose}, takes no connection: {why}.");
    Finding::new("endpoint", Weight::Notable, bad).advice(format!(
        "Start the API, or correct its address: {}",
        hint::command(&format!("env edit {} --endpoint URL", hint::quoted(whose)))
    ))
}

async fn connect(endpoint: &Endpoint) -> io::Result<()> {
    let addresses = resolve(endpoint.name().to_owned(), endpoint.port()).await?;
    TcpStream::connect(addresses.as_slice()).await.map(drop)
}

/// Asks the system on a thread that nobody waits for: one of the runtime's would keep the program from ending as long as
/// the system looks for a name.
async fn resolve(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().spawn(move || {
        let found = (name.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect)
            .map_err(|_| io::Error::other("there is no host of this name"));
        // Whoever asked may have stopped waiting.
        let _gone = tell.send(found);
    })?;
    told.await.map_err(io::Error::other)?
}

fn said(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        _ => cause.to_string(),
    }
}
