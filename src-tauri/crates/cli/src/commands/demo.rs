//! `demo`: two keys in a temporary store, a gateway in front of the sample API, and the result of each request. Fails
//! if a result is not the expected one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use keystile_gateway::{Decision, Endpoint, Gateway, Outcome, Settings};
use keystile_gateway_control::dev::SampleApi;
use keystile_keys::{KeyId, Permissions, PlainKey, Prefix, Stage, os_random};
use keystile_registry::{EnvironmentInput, IssueRequest, Registry};
use keystile_store::EnvironmentRow;
use keystile_verifier::Verifier;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use zeroize::Zeroizing;

use crate::error::CliError;
use crate::http_client;
use crate::memory_clipboard::MemoryClipboard;
use crate::report::Report;
use crate::resolve;
use crate::style::{BAD, GOOD, HEADING, NOTE, paint};

/// The registry's window label of the prompts.
const WINDOW: &str = "demo";
/// The advice for errors that cannot occur.
const REPORT_BUG: &str = "This is a bug in Keystile. Report it with this output.";
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A request with its expected response.
struct DemoRequest<'a> {
    method: &'static str,
    key_name: &'static str,
    key: Option<&'a str>,
    expected_status: u16,
    expected_code: &'static str,
}

pub(crate) async fn run(db: Option<&Path>, report: &Report) -> Result<(), CliError> {
    if db.is_some() {
        return Err(CliError::usage(
            "demo_store",
            "`demo` uses a temporary store.",
            "Omit --db.",
        ));
    }
    let folder = tempfile::tempdir()
        .map_err(|cause| CliError::system("Cannot create a temporary folder", &cause))?;
    let path = folder.path().join("store");
    let clipboard = Arc::new(MemoryClipboard::default());
    let registry =
        resolve::registry_or_create(Some(&path), Arc::<MemoryClipboard>::clone(&clipboard)).await?;
    let environment = create_environment(&registry).await?;
    let issue = async |name: &str, permissions: Permissions| {
        issue(&registry, &environment, &clipboard, name, permissions).await
    };
    let reader = issue("reader", Permissions::READ).await?;
    let writer = issue("writer", Permissions::READ_WRITE).await?;
    let unknown = PlainKey::generate(
        &Prefix::suggested_for(&environment.name, environment.stage),
        &mut os_random(),
    )
    .map_err(|error| CliError::system("Cannot generate random bytes", &error))?;

    let api = SampleApi::bind(ANY_PORT)
        .await
        .map_err(|cause| CliError::system("Cannot start the sample API", &cause))?;
    let endpoint = Endpoint::parse(&format!("http://{}", api.address()))?;
    let settings = Settings::new(ANY_PORT, environment.id, endpoint);
    let gateway = Gateway::bind(Verifier::open(&path).await?, settings).await?;
    let address = gateway.address().tcp().unwrap_or(ANY_PORT);
    let mut output = DemoOutput::new(report, address, gateway.decisions());
    output.text(&format!(
        "Gateway: http://{address} → sample API http://{}\n",
        api.address()
    ));
    output.text(&paint(
        HEADING,
        columns("REQUEST", "KEY", "STATUS", "RESULT"),
    ));
    let reader_key = Some(reader.key.as_str());
    let requests = async {
        for (method, key_name, key, expected_status, expected_code) in [
            ("GET", "reader", reader_key, 200, "allowed"),
            ("POST", "reader", reader_key, 403, "insufficient_scope"),
            ("POST", "writer", Some(writer.key.as_str()), 201, "allowed"),
            ("GET", "unknown", Some(unknown.expose()), 401, "unknown_key"),
            ("GET", "none", None, 401, "missing_key"),
        ] {
            output
                .send(DemoRequest {
                    method,
                    key_name,
                    key,
                    expected_status,
                    expected_code,
                })
                .await?;
        }
        registry.revoke(reader.id, None).await?;
        output.text("Revoked reader. Its next request:");
        output
            .send(DemoRequest {
                method: "GET",
                key_name: "reader",
                key: reader_key,
                expected_status: 401,
                expected_code: "revoked",
            })
            .await
    };
    tokio::select! {
        () = gateway.run(std::future::pending()) => {}
        () = api.run(std::future::pending()) => {}
        result = requests => result?,
    }
    output.finish();
    drop(registry);
    delete(folder).await
}

/// Deletes the store. Background tasks of the verifier may hold its files for a moment and create one more.
async fn delete(folder: TempDir) -> Result<(), CliError> {
    let path = folder.keep();
    for _ in 0..100 {
        if std::fs::remove_dir_all(&path).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(CliError::new(
        "cleanup_failed",
        "Cannot delete the temporary folder. Its keys are valid for nothing else.",
        format!("Delete {}.", path.display()),
    ))
}

async fn create_environment(registry: &Registry) -> Result<EnvironmentRow, CliError> {
    let project = registry.create_project("Demo", None).await?.project;
    let input = EnvironmentInput {
        name: "development".to_owned(),
        stage: Stage::Development,
        prefix: None,
        endpoint: None,
        key_location: None,
        default_days: None,
        max_days: None,
    };
    Ok(registry.create_environment(&project.id, &input).await?)
}

struct IssuedKey {
    id: KeyId,
    key: Zeroizing<String>,
}

async fn issue(
    registry: &Registry,
    environment: &EnvironmentRow,
    clipboard: &MemoryClipboard,
    name: &str,
    permissions: Permissions,
) -> Result<IssuedKey, CliError> {
    let request = IssueRequest::new(environment.id, name, permissions, &format!("demo-{name}"));
    let prompt = registry.issue(WINDOW, &request).await?;
    registry.copy(WINDOW, &prompt.ticket).await?;
    let row = registry.close(WINDOW, &prompt.ticket).await?;
    let key = clipboard.take().ok_or_else(|| {
        CliError::new(
            "internal_error",
            "Internal error: the key was not copied.",
            REPORT_BUG,
        )
    })?;
    Ok(IssuedKey { id: row.id, key })
}

/// Sends the requests and prints a line for each.
struct DemoOutput<'a> {
    report: &'a Report,
    gateway: SocketAddr,
    decisions: Receiver<Arc<Decision>>,
    results: Vec<Value>,
}

impl<'a> DemoOutput<'a> {
    fn new(report: &'a Report, gateway: SocketAddr, decisions: Receiver<Arc<Decision>>) -> Self {
        Self {
            report,
            gateway,
            decisions,
            results: Vec::new(),
        }
    }

    fn text(&self, text: &str) {
        if !self.report.is_json() {
            self.report.styled(text);
        }
    }

    async fn send(&mut self, demo: DemoRequest<'_>) -> Result<(), CliError> {
        let no_response =
            |cause: &dyn std::fmt::Display| CliError::system("The gateway did not respond", cause);
        let url = format!("http://{}/products", self.gateway);
        let mut request = Request::builder().method(demo.method).uri(url);
        if let Some(key) = demo.key {
            request = request.header("x-api-key", key);
        }
        let request = request
            .body(Full::default())
            .map_err(|cause| no_response(&cause))?;
        let response = http_client::send(request)
            .await
            .map_err(|cause| no_response(&cause))?;
        let status = response.status().as_u16();
        let decision = self
            .decisions
            .recv()
            .await
            .map_err(|cause| no_response(&cause))?;
        let result = match decision.outcome {
            Outcome::Allowed => paint(GOOD, "allowed"),
            Outcome::Denied(code) => format!("{}: {code}", paint(BAD, "denied")),
            Outcome::NoResponse(code) => format!("{}: {code}", paint(NOTE, "failed")),
        };
        let code = decision.outcome.code().as_str();
        let DemoRequest {
            method,
            key_name,
            expected_status,
            expected_code,
            ..
        } = demo;
        self.text(&columns(
            &format!("{method} /products"),
            key_name,
            &status.to_string(),
            &result,
        ));
        if (status, code) != (expected_status, expected_code) {
            return Err(CliError::new(
                "demo_failed",
                format!("Expected {expected_status} {expected_code}, got {status} {code}."),
                REPORT_BUG,
            ));
        }
        self.results.push(json!({
            "method": method,
            "path": "/products",
            "key": key_name,
            "status": status,
            "code": code,
        }));
        Ok(())
    }

    fn finish(self) {
        if self.report.is_json() {
            self.report.result("", &Value::Array(self.results));
        } else {
            self.report.note(
                "\nDeleted both keys and their store. Start with: keystile project create NAME",
            );
        }
    }
}

fn columns(request: &str, key: &str, status: &str, result: &str) -> String {
    format!("{request:<14}  {key:<7}  {status:<6}  {result}")
}
