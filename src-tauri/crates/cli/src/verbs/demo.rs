//! The whole product in a moment, without a display: two keys in a store that is thrown away, a small API with a gateway in
//! front of it, and what each request got. Nothing in it is played: it fails when an answer is not the
//! one that is promised.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
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

use crate::collect_key::CollectKey;
use crate::failure::Failure;
use crate::http;
use crate::place;
use crate::report::Report;

const HOLDER: &str = "demo";
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A request, and the answer that is promised to it.
struct Step<'a> {
    method: &'static str,
    shown: &'static str,
    key: Option<&'a str>,
    status: u16,
    code: &'static str,
}

pub(crate) async fn run(db: Option<&Path>, report: &Report) -> Result<(), Failure> {
    if db.is_some() {
        return Err(Failure::new(
            "demo_has_its_own_store",
            "The demo only uses a store of its own, which it throws away.",
            "Leave --db out.",
        ));
    }
    let folder = tempfile::tempdir()
        .map_err(|cause| Failure::system("No folder could be made for the demo", &cause))?;
    let path = folder.path().join("store");
    let collected = Arc::new(CollectKey::default());
    let registry = place::new_registry(Some(&path), Arc::<CollectKey>::clone(&collected)).await?;
    let environment = environment(&registry).await?;
    let reader = issue(
        &registry,
        &environment,
        &collected,
        "reader",
        Permissions::READ,
    )
    .await?;
    let writer = Permissions::READ_WRITE;
    let writer = issue(&registry, &environment, &collected, "writer", writer).await?;
    let made_up = PlainKey::generate(&Prefix::suggested_for(&environment.name), &mut os_random())
        .map_err(|error| Failure::system("The system gave no random bytes", &error))?;

    let api = SampleApi::bind(ANY_PORT)
        .await
        .map_err(|cause| Failure::system("The sample API could not listen", &cause))?;
    let endpoint = Endpoint::parse(&format!("http://{}", api.address()))?;
    let settings = Settings::new(ANY_PORT, environment.id, endpoint);
    let gateway = Gateway::bind(Verifier::open(&path).await?, settings).await?;
    let address = gateway.address().tcp().unwrap_or(ANY_PORT);
    let mut decisions = gateway.decisions();
    let mut told = Told::new(report);
    told.text(&format!(
        "Keystile's gateway on http://{address} stands in front of a sample API on http://{}.\n",
        api.address()
    ));
    told.line("REQUEST", "KEY", "CALLER GETS", "KEYSTILE SAYS");
    {
        let story = async {
            let step = |method, shown, key, status, code| Step {
                method,
                shown,
                key,
                status,
                code,
            };
            for step in [
                step("GET", "reader", Some(reader.key.as_str()), 200, "accepted"),
                step(
                    "POST",
                    "reader",
                    Some(reader.key.as_str()),
                    403,
                    "insufficient_scope",
                ),
                step("POST", "writer", Some(writer.key.as_str()), 201, "accepted"),
                step("GET", "made up", Some(made_up.expose()), 401, "unknown_key"),
                step("GET", "none", None, 401, "missing_key"),
            ] {
                told.tell(&step, address, &mut decisions).await?;
            }
            registry.revoke(reader.id, None).await?;
            let after = step("GET", "reader", Some(reader.key.as_str()), 401, "revoked");
            told.text("reader is revoked; the very next request:");
            told.tell(&after, address, &mut decisions).await
        };
        tokio::select! {
            () = gateway.run(std::future::pending()) => {}
            () = api.run(std::future::pending()) => {}
            told = story => told?,
        }
    }
    told.end();
    drop(registry);
    delete(folder).await
}

/// What works behind the verifier lets the files go a moment after the last check, and may make one more.
async fn delete(folder: TempDir) -> Result<(), Failure> {
    let path = folder.keep();
    for _ in 0..100 {
        if std::fs::remove_dir_all(&path).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(Failure::new(
        "demo_left_behind",
        "The demo's folder could not be deleted; the keys in it open nothing.",
        format!("Delete {}.", path.display()),
    ))
}

async fn environment(registry: &Registry) -> Result<EnvironmentRow, Failure> {
    let project = registry.create_project("Demo", None).await?.project;
    let fields = EnvironmentInput {
        name: "development".to_owned(),
        stage: Stage::Development,
        prefix: None,
        endpoint: None,
        key_location: None,
    };
    Ok(registry.create_environment(&project.id, &fields).await?)
}

struct Issued {
    id: KeyId,
    key: Zeroizing<String>,
}

/// As in the window: issued, copied, closed.
async fn issue(
    registry: &Registry,
    environment: &EnvironmentRow,
    collected: &CollectKey,
    name: &str,
    permissions: Permissions,
) -> Result<Issued, Failure> {
    let request = IssueRequest {
        environment_id: environment.id,
        name: name.to_owned(),
        permissions,
        idempotency_key: format!("demo-{name}"),
    };
    let prompt = registry.issue(HOLDER, &request).await?;
    registry.copy(HOLDER, &prompt.ticket).await?;
    let row = registry.close(HOLDER, &prompt.ticket).await?;
    let key = collected
        .take()
        .ok_or_else(|| Failure::new("internal", "A key was claimed and did not arrive.", ""))?;
    Ok(Issued { id: row.id, key })
}

/// What the person reads, a line each request.
struct Told<'a> {
    report: &'a Report,
    steps: Vec<Value>,
}

impl<'a> Told<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            report,
            steps: Vec::new(),
        }
    }

    fn line(&self, request: &str, key: &str, status: &str, code: &str) {
        self.text(&format!("{request:<14}  {key:<7}  {status:<11}  {code}"));
    }

    fn text(&self, text: &str) {
        if !self.report.is_json() {
            self.report.result(text, &Value::Null);
        }
    }

    async fn tell(
        &mut self,
        step: &Step<'_>,
        gateway: SocketAddr,
        decisions: &mut Receiver<Arc<Decision>>,
    ) -> Result<(), Failure> {
        let unasked =
            |cause: &dyn std::fmt::Display| Failure::system("The gateway did not answer", cause);
        let mut request = Request::builder().method(step.method).uri("/products");
        if let Some(key) = step.key {
            request = request.header("x-api-key", key);
        }
        let request = request
            .body(Full::<Bytes>::default())
            .map_err(|cause| unasked(&cause))?;
        let answer = http::ask(gateway, request)
            .await
            .map_err(|cause| unasked(&cause))?;
        let status = answer.status().as_u16();
        let decision = decisions.recv().await.map_err(|cause| unasked(&cause))?;
        let verdict = match decision.outcome {
            Outcome::Allowed => "accepted".to_owned(),
            Outcome::Denied(code) => format!("refused: {code}"),
            Outcome::NoResponse(code) => format!("accepted, unanswered: {code}"),
        };
        let code = decision.outcome.code().as_str();
        let path = format!("{} /products", step.method);
        self.line(&path, step.shown, &status.to_string(), &verdict);
        if (status, code) != (step.status, step.code) {
            return Err(Failure::new(
                "demo_failed",
                format!(
                    "{} {} should have been promised to this request.",
                    step.status, step.code
                ),
                "This is a defect of Keystile; please report it with what was printed.",
            ));
        }
        self.steps.push(json!({
            "method": step.method,
            "path": "/products",
            "key": step.shown,
            "status": status,
            "code": code,
        }));
        Ok(())
    }

    fn end(self) {
        if self.report.is_json() {
            self.report.result("", &Value::Array(self.steps));
        } else {
            self.report.say(
                "\nBoth keys and their store are deleted. Your own: keystile project create NAME",
            );
        }
    }
}
