//! `gateway run`: runs an environment's gateway until a shutdown signal, and prints each decision: a line of text, or a
//! line of JSON. Never prints a key.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use keystile_gateway::{Decision, Endpoint, Error, Outcome};
use keystile_gateway_control::{RunningGateway, StartError, StartOptions, StopReason, start};
use keystile_guard::DecisionCode;
use keystile_registry::{Registry, parse_endpoint};
use keystile_service::MetricsServer;
use keystile_verifier::{Consistency, Verifier};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use super::decision_writer::{DecisionWriter, skipped_warning};
use super::doctor::{Status, check_endpoint};

use crate::arguments::{HostHeader, RunGateway};
use crate::error::CliError;
use crate::report::{Report, warn};
use crate::style::{BAD, DIM, GOOD, NOTE, paint};
use crate::{hint, listen_error, resolve, signal};

pub(crate) async fn run(
    db: Option<&Path>,
    registry: Registry,
    args: RunGateway,
    report: &Report,
) -> Result<(), CliError> {
    // Memory stays readable for the same user: otherwise other programs could not identify the owner of the port.
    keystile_listener::forbid_core_files();
    let registry = Arc::new(registry);
    let environment = resolve::environment(&registry, &args.environment.reference).await?;
    let store = resolve::store_address(db)?;
    let reference = resolve::reference_to(&environment);
    let verifier = args
        .log
        .open_verifier(&store, "gateway", &reference, Consistency::Lease)
        .await?;
    let endpoint_override = parse_endpoint(args.endpoint.as_deref())?;
    let options = StartOptions {
        port: args.port,
        endpoint: endpoint_override
            .as_deref()
            .map(Endpoint::parse)
            .transpose()?,
        preserve_host: args.host_header.map(|host| host == HostHeader::Client),
        ip: args.listen,
        allow_remote: args.allow_remote,
        socket: args.socket,
        tls: args.tls.files(),
        access_log: args.log.open()?,
        ..StartOptions::default()
    };
    let logs_to_stdout = args.log.is_to_stdout();
    keystile_listener::raise_file_limit();
    let gateway = match start(&registry, &verifier, &environment.id, options).await {
        Ok(gateway) => gateway,
        Err(error) => {
            return Err(start_error(error, &reference).await);
        }
    };
    let mut decisions = gateway.decisions();
    let endpoint = endpoint_override
        .as_deref()
        .or(gateway.environment().endpoint.as_deref());
    let metrics = match args.metrics {
        Some(address) => Some(serve_metrics(address, verifier.clone(), &gateway).await?),
        None => None,
    };
    let metrics_url = metrics.as_ref().map(|metrics| metrics.url.as_str());
    print_started(&gateway, endpoint, metrics_url, report);
    if let Some(warning) = gateway.warning() {
        warn(warning);
    }
    let writer = DecisionWriter::start()
        .map_err(|cause| CliError::system("Cannot print decisions", &cause))?;
    let reference = resolve::reference_to(gateway.environment());
    let printed = Printed {
        is_json: report.is_json(),
        target: endpoint.map(|endpoint| (reference, endpoint.to_owned())),
    };
    let stopped = async {
        tokio::select! {
            () = signal::shutdown() => gateway.stop().await,
            () = gateway.stopped() => {}
        }
    };
    tokio::select! {
        // Queues the last decisions before the shutdown.
        biased;
        () = queue_decisions(&mut decisions, &writer, printed), if !logs_to_stdout => {}
        () = stopped => {}
    }
    drop(metrics);
    verifier.release_lease().await;
    let skipped = writer.finish().await;
    if skipped > 0 {
        warn(&skipped_warning(skipped));
    }
    match gateway.stop_reason() {
        None | Some(StopReason::Stopped) => Ok(()),
        Some(reason) => Err(reason.into()),
    }
}

/// A metrics server that stops on drop.
struct RunningMetrics {
    url: String,
    _stop: oneshot::Sender<()>,
}

async fn serve_metrics(
    address: SocketAddr,
    verifier: Verifier,
    gateway: &RunningGateway,
) -> Result<RunningMetrics, CliError> {
    let server = match MetricsServer::bind(address, verifier, gateway.metrics()).await {
        Ok(server) => server,
        Err(keystile_service::Error::Listen(error)) => {
            return Err(listen_error::describe("The metrics server", error).await);
        }
        Err(error) => return Err(error.into()),
    };
    let url = format!("http://{}/metrics", server.address());
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run(async {
        let _dropped = stopped.await;
    }));
    Ok(RunningMetrics { url, _stop: stop })
}

fn print_started(
    gateway: &RunningGateway,
    endpoint: Option<&str>,
    metrics: Option<&str>,
    report: &Report,
) {
    if report.is_json() {
        let value = json!({
            "address": gateway.address().to_string(),
            "url": gateway.url(),
            "endpoint": endpoint,
            "metrics": metrics,
        });
        return report.raw(&value.to_string());
    }
    report.styled(&format!(
        "Gateway for {}: {} → {}",
        resolve::reference_to(gateway.environment()),
        gateway.url(),
        endpoint.unwrap_or("sample API")
    ));
    if let Some(url) = metrics {
        report.note(&format!("Metrics: {url}"));
    }
}

/// Describes why the gateway did not start, with the commands that help.
async fn start_error(error: StartError, reference: &str) -> CliError {
    let quoted = hint::quoted(reference);
    match error {
        StartError::Gateway(Error::Listen(error)) => {
            listen_error::describe("The gateway", error).await
        }
        StartError::MissingEndpoint { .. } => CliError {
            message: format!("{reference} has no endpoint."),
            advice: format!(
                "Set one: {}\nOr use the sample API: {}",
                hint::command(&format!("env edit {quoted} --endpoint URL")),
                hint::command(&format!("gateway edit --env {quoted} --sample"))
            ),
            ..error.into()
        },
        StartError::PortInUse {
            suggestion: Some(port),
            ..
        } => CliError {
            advice: format!("Stop it, or use another port: --port {port}"),
            ..error.into()
        },
        _ => error.into(),
    }
}

/// How decisions are printed.
struct Printed {
    is_json: bool,
    /// The environment and its endpoint, until the reason of a failed connection was printed; `None` with the sample API.
    target: Option<(String, String)>,
}

async fn queue_decisions(
    decisions: &mut Receiver<Arc<Decision>>,
    writer: &DecisionWriter,
    mut printed: Printed,
) {
    loop {
        match decisions.recv().await {
            Ok(decision) => {
                let is_unreachable =
                    decision.outcome == Outcome::NoResponse(DecisionCode::UpstreamUnreachable);
                if let Some((environment, endpoint)) = printed.target.take_if(|_| is_unreachable) {
                    tokio::spawn(async move { warn_unreachable(&environment, &endpoint).await });
                }
                writer.line(if printed.is_json {
                    json_line(&decision)
                } else {
                    text_line(&decision)
                });
            }
            Err(RecvError::Lagged(count)) => writer.skip(count),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Connects once more, to print the reason that a decision does not have.
async fn warn_unreachable(environment: &str, endpoint: &str) {
    let finding = check_endpoint(environment, endpoint).await;
    if finding.status != Status::Ok {
        warn(&format!("{} {}", finding.message, finding.advice));
    }
}

fn json_line(decision: &Decision) -> String {
    let key = decision.key.as_deref();
    let value: Value = json!({
        "time": decision.time.to_rfc3339(),
        "method": decision.method.as_str(),
        "override_method": decision.override_method,
        "path": decision.path,
        "access": decision.access.as_str(),
        "key_id": key.map(|key| key.id.as_str()),
        "name": key.map(|key| key.name.as_str()),
        "code": decision.outcome.code().as_str(),
        "status": decision.status,
        "duration_ms": (milliseconds(decision) * 1e3).round() / 1e3,
    });
    value.to_string()
}

fn milliseconds(decision: &Decision) -> f64 {
    decision.duration.as_secs_f64() * 1e3
}

/// Formats time, result, status, duration, method, path, key, and the code of a denied or failed request, in columns.
fn text_line(decision: &Decision) -> String {
    let (style, result, code) = match decision.outcome {
        Outcome::Allowed => (GOOD, "allowed", ""),
        Outcome::Denied(code) => (BAD, "denied", code.as_str()),
        Outcome::NoResponse(code) => (NOTE, "failed", code.as_str()),
    };
    let key = decision.key.as_deref().map_or("-", |key| key.name.as_str());
    // Escaped, because a path may contain control characters for the terminal.
    let path = decision.path.escape_debug().to_string();
    let line = format!(
        "{}  {}  {}  {:>9}  {:<7}  {path:<24}  {key:<12}  {code}",
        paint(DIM, decision.time.floor_to_secs()),
        paint(style, format_args!("{result:<7}")),
        decision.status,
        format!("{:.1}ms", milliseconds(decision)),
        decision.display_method(),
    );
    line.trim_end().to_owned()
}
