//! Run an environment's gateway until Ctrl+C or SIGTERM, and print what is decided: a line each request, or with `--json` a
//! JSON value each line. Never a key. What is edited about the gateway meanwhile holds at once.

use std::path::Path;
use std::sync::Arc;

use keystile_gateway::{Decision, Endpoint, Outcome};
use keystile_gateway_control::{RunningGateway, StartError, StartOptions, StopReason, start};
use keystile_listener::TlsFiles;
use keystile_registry::Registry;
use keystile_verifier::Verifier;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::RunGateway;
use crate::failure::Failure;
use crate::place;
use crate::report::Report;
use crate::signal::stop;

pub(crate) async fn run(
    db: Option<&Path>,
    registry: Registry,
    wish: RunGateway,
    report: &Report,
) -> Result<(), Failure> {
    let registry = Arc::new(registry);
    let environment = place::environment(&registry, wish.of.environment()).await?;
    let verifier = Verifier::open(&place::folder(db)?).await?;
    let options = StartOptions {
        port: wish.port,
        endpoint: wish.endpoint.as_deref().map(Endpoint::parse).transpose()?,
        upstream_host: wish.own_host,
        ip: wish.listen,
        allow_remote: wish.allow_remote,
        socket: wish.socket,
        tls: wish
            .tls_certificate
            .zip(wish.tls_key)
            .map(|(certificates, private_key)| TlsFiles {
                certificates,
                private_key,
            }),
        ..StartOptions::default()
    };
    keystile_listener::raise_file_limit();
    let running = start(&registry, &verifier, &environment.id, options)
        .await
        .map_err(|error| not_started(error, &place::reference_to(&environment)))?;
    let mut decisions = running.decisions();
    let endpoint = wish
        .endpoint
        .as_deref()
        .or(running.environment().endpoint.as_deref());
    say_started(&running, endpoint, report);
    if let Some(warning) = running.warning() {
        report.say(warning);
    }
    let ending = async {
        tokio::select! {
            () = stop() => running.stop().await,
            () = running.stopped() => {}
        }
    };
    tokio::select! {
        // What was decided before the end is printed before the end.
        biased;
        () = tell(&mut decisions, report) => {}
        () = ending => {}
    }
    match running.stop_reason() {
        None | Some(StopReason::Stopped) => Ok(()),
        Some(ending) => Err(ending.into()),
    }
}

fn say_started(running: &RunningGateway, endpoint: Option<&str>, report: &Report) {
    let environment = running.environment();
    if report.is_json() {
        let started = json!({
            "address": running.address().to_string(),
            "url": running.url(),
            "endpoint": endpoint,
        });
        report.line(&started.to_string());
    } else {
        report.line(&format!(
            "Only keys of {} / {} pass {} to {}",
            environment.project_name,
            environment.name,
            running.url(),
            endpoint.unwrap_or("the sample API")
        ));
    }
}

/// In the terminal the next step is a word of its command line.
fn not_started(error: StartError, reference: &str) -> Failure {
    let advice = match &error {
        StartError::EndpointMissing { .. } => format!(
            "Enter one: keystile env edit {0} --endpoint URL\nOr try it with the sample API: keystile gateway edit --env {0} --sample",
            place::quoted(reference)
        ),
        StartError::PortTaken {
            suggestion: Some(port),
            ..
        } => format!("Use {port} from now on: --port {port}, or end that program."),
        _ => error.advice(),
    };
    Failure {
        advice,
        ..error.into()
    }
}

/// As long as there are any.
async fn tell(decisions: &mut Receiver<Arc<Decision>>, report: &Report) {
    loop {
        match decisions.recv().await {
            Ok(decision) => report.line(&line(&decision, report.is_json())),
            Err(RecvError::Lagged(lost)) => {
                report.say(&format!("{lost} decisions came too fast to be printed."));
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn line(decision: &Arc<Decision>, is_json: bool) -> String {
    let key = decision.key.as_deref();
    let code = decision.outcome.as_str();
    if is_json {
        let value: Value = json!({
            "method": decision.method.as_str(),
            "override_method": decision.override_method,
            "path": decision.path,
            "permission": decision.need.as_str(),
            "key_id": key.map(|key| key.id.as_str()),
            "name": key.map(|key| key.name.as_str()),
            "code": code,
        });
        return value.to_string();
    }
    let verdict = match decision.outcome {
        Outcome::Accepted => code.to_owned(),
        Outcome::Refused(_) => format!("refused: {code}"),
        // The second line about a request that was accepted.
        Outcome::Unanswered(_) => format!("unanswered: {code}"),
    };
    let name = key.map_or("-", |key| key.name.as_str());
    // A path may hold what a terminal would obey; what is sent as a request target is ASCII, so this changes nothing else.
    let path = decision.path.escape_debug();
    format!("{:<7} {path}  {name}  {verdict}", decision.shown_method())
}
