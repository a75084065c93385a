//! Run an environment's gateway until Ctrl+C or SIGTERM, and print what is decided: a line each request, or with `--json` a
//! JSON value each line. Never a key. What is edited about the gateway meanwhile holds at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use keystile_gateway::{Decision, Endpoint, Error, Outcome};
use keystile_gateway_control::{RunningGateway, StartError, StartOptions, StopReason, start};
use keystile_listener::ListenError;
use keystile_registry::Registry;
use keystile_service::MetricsServer;
use keystile_store::DATABASE_FILE;
use keystile_verifier::Verifier;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::arguments::RunGateway;
use crate::failure::Failure;
use crate::report::Report;
use crate::signal::stop;
use crate::{hint, http, listen_failure, place};

use super::decision_writer::{DecisionWriter, not_printed};

pub(crate) async fn run(
    db: Option<&Path>,
    registry: Registry,
    wish: RunGateway,
    report: &Report,
) -> Result<(), Failure> {
    // Not the reading of its memory too: another run could not tell then who has the port.
    keystile_listener::forbid_core_files();
    let registry = Arc::new(registry);
    let environment = place::environment(&registry, &wish.of.env).await?;
    let folder = place::folder(db)?;
    let verifier = Verifier::open(&folder).await?;
    let options = StartOptions {
        port: wish.port,
        endpoint: wish.endpoint.as_deref().map(Endpoint::parse).transpose()?,
        upstream_host: wish.own_host,
        ip: wish.listen,
        allow_remote: wish.allow_remote,
        socket: wish.socket,
        tls: wish.tls.files(),
        access_log: wish.log.open()?,
        ..StartOptions::default()
    };
    let logs_to_stdout = wish.log.is_to_stdout();
    keystile_listener::raise_file_limit();
    let running = match start(&registry, &verifier, &environment.id, options).await {
        Ok(running) => running,
        Err(error) => {
            return Err(not_started(error, &place::reference_to(&environment), &folder).await);
        }
    };
    let mut decisions = running.decisions();
    let endpoint = wish
        .endpoint
        .as_deref()
        .or(running.environment().endpoint.as_deref());
    let metrics = match wish.metrics {
        Some(address) => Some(serve_metrics(address, verifier, &running).await?),
        None => None,
    };
    let metrics_url = metrics.as_ref().map(|metrics| metrics.url.as_str());
    say_started(&running, endpoint, metrics_url, report);
    if let Some(warning) = running.warning() {
        report.say(warning);
    }
    let writer = DecisionWriter::start()
        .map_err(|cause| Failure::system("Decisions cannot be printed", &cause))?;
    let ending = async {
        tokio::select! {
            () = stop() => running.stop().await,
            () = running.stopped() => {}
        }
    };
    tokio::select! {
        // What was decided before the end is printed before the end.
        biased;
        () = queue(&mut decisions, &writer, report.is_json()), if !logs_to_stdout => {}
        () = ending => {}
    }
    drop(metrics);
    let lost = writer.finish().await;
    if lost > 0 {
        report.say(&not_printed(lost));
    }
    match running.stop_reason() {
        None | Some(StopReason::Stopped) => Ok(()),
        Some(ending) => Err(ending.into()),
    }
}

/// Metrics that are served until this is dropped.
struct ServedMetrics {
    url: String,
    _stop: oneshot::Sender<()>,
}

/// Serves the gateway's metrics.
async fn serve_metrics(
    address: SocketAddr,
    verifier: Verifier,
    running: &RunningGateway,
) -> Result<ServedMetrics, Failure> {
    let server = match MetricsServer::bind(address, verifier, running.metrics()).await {
        Ok(server) => server,
        Err(keystile_service::Error::Listen(ListenError::Bind { address, cause })) => {
            return Err(listen_failure::describe("The metrics", &address, &cause).await);
        }
        Err(error) => return Err(error.into()),
    };
    let url = format!("http://{}/metrics", server.address());
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run(async {
        // Also when the gateway ends by an error.
        let _dropped = stopped.await;
    }));
    Ok(ServedMetrics { url, _stop: stop })
}

fn say_started(
    running: &RunningGateway,
    endpoint: Option<&str>,
    metrics: Option<&str>,
    report: &Report,
) {
    let environment = running.environment();
    if report.is_json() {
        let started = json!({
            "address": running.address().to_string(),
            "url": running.url(),
            "endpoint": endpoint,
            "metrics": metrics,
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
        if let Some(url) = metrics {
            report.say(&format!("Metrics: {url}"));
        }
    }
}

/// In the terminal the next step is a word of its command line.
async fn not_started(error: StartError, reference: &str, folder: &Path) -> Failure {
    let quoted = hint::quoted(reference);
    if let StartError::PortInUse {
        port,
        owner: Some(owner),
        ..
    } = &error
        && let Some(pid) = is_this_gateway(*port, owner, folder).await
    {
        return Failure::new(
            "already_running",
            format!("This gateway is already running on http://127.0.0.1:{port} (pid {pid})."),
            "",
        );
    }
    if let StartError::Gateway(Error::Listen(ListenError::Bind { address, cause })) = &error {
        return listen_failure::describe("The gateway", address, cause).await;
    }
    let advice = match &error {
        StartError::MissingEndpoint { .. } => {
            return Failure::new(
                "missing_endpoint",
                format!("{reference} has no endpoint."),
                format!(
                    "Enter one: {}\nOr try it with the sample API: {}",
                    hint::command(&format!("env edit {quoted} --endpoint URL")),
                    hint::command(&format!("gateway edit --env {quoted} --sample"))
                ),
            );
        }
        StartError::PortInUse {
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

/// Returns the id of the Keystile process that uses the port when it is this environment's gateway: it has this store open
/// (as Linux tells) and is not `keystile serve`. A port belongs to one gateway of a store.
async fn is_this_gateway(port: u16, owner: &str, folder: &Path) -> Option<u32> {
    let pid = owner.strip_prefix("keystile")?;
    let pid = pid.split_once("(pid ")?.1.strip_suffix(')')?.parse().ok()?;
    let database = folder.join(DATABASE_FILE).canonicalize().ok()?;
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let has_store = open
        .flatten()
        .any(|file| std::fs::read_link(file.path()).is_ok_and(|target| target == database));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    (has_store && !http::is_service(address).await).then_some(pid)
}

/// Queues decisions as long as there are any.
async fn queue(decisions: &mut Receiver<Arc<Decision>>, writer: &DecisionWriter, is_json: bool) {
    loop {
        match decisions.recv().await {
            Ok(decision) => writer.line(line(&decision, is_json)),
            Err(RecvError::Lagged(lost)) => writer.drop_lines(lost),
            Err(RecvError::Closed) => return,
        }
    }
}

fn line(decision: &Arc<Decision>, is_json: bool) -> String {
    let key = decision.key.as_deref();
    let code = decision.outcome.code().as_str();
    if is_json {
        let value: Value = json!({
            "time": decision.time.to_rfc3339(),
            "method": decision.method.as_str(),
            "override_method": decision.override_method,
            "path": decision.path,
            "permission": decision.access.as_str(),
            "key_id": key.map(|key| key.id.as_str()),
            "name": key.map(|key| key.name.as_str()),
            "code": code,
        });
        return value.to_string();
    }
    let verdict = match decision.outcome {
        Outcome::Allowed => code.to_owned(),
        Outcome::Denied(_) => format!("refused: {code}"),
        // The second line about a request that was accepted.
        Outcome::NoResponse(_) => format!("unanswered: {code}"),
    };
    let name = key.map_or("-", |key| key.name.as_str());
    // A path may hold what a terminal would obey; what is sent as a request target is ASCII, so this changes nothing else.
    let path = decision.path.escape_debug();
    let time = decision.time.round_to_secs();
    format!(
        "{time}  {:<7} {path}  {name}  {verdict}",
        decision.display_method()
    )
}
