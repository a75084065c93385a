//! The OpenAPI document describes what is served: checked as a document, path by path, and by schemathesis, which makes
//! requests of its own from it.

use std::path::{Path, PathBuf};
use std::process::Command;

use keystile_service::openapi;
use serde_json::{Value, json};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";
const VALIDATOR: &str = "openapi-spec-validator==0.7.2";

/// A Python environment with both programs, made once.
fn tools() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools");
    let tools = root.join("schemathesis");
    if tools.join("bin/schemathesis").exists() && tools.join("bin/openapi-spec-validator").exists()
    {
        return tools;
    }
    std::fs::create_dir_all(&root).expect("a folder");
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&tools)
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "Python 3 with venv is needed"
    );
    let installed = Command::new(tools.join("bin/pip"))
        .args(["install", "--quiet", SCHEMATHESIS, VALIDATOR])
        .status();
    assert!(
        installed.is_ok_and(|status| status.success()),
        "pip must reach its registry the first time"
    );
    tools
}

#[tokio::test]
async fn every_path_of_the_document_is_served_and_the_document_is_the_crates() {
    let fixture = ServiceFixture::new().await;
    let served = fixture.send("GET /openapi.json").await.json();
    assert_eq!(served, openapi(), "what is served is what the crate says");
    assert!(
        served["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1.")),
        "{}",
        served["openapi"]
    );
    let paths = served["paths"].as_object().expect("paths");
    let mut names: Vec<&str> = paths.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "/healthz",
            "/metrics",
            "/openapi.json",
            "/readyz",
            "/v1/auth/{proxy}/{project}/{environment}",
            "/v1/introspect/{environment}",
            "/v1/introspect/{project}/{environment}",
            "/v1/verify"
        ],
        "each path is described"
    );
    for (path, methods) in paths {
        let path = path
            .replace("{proxy}", "nginx")
            .replace("{project}", "a")
            .replace("{environment}", "b");
        for method in methods.as_object().expect("methods").keys() {
            let method = method.to_ascii_uppercase();
            if method == "HEAD" {
                continue;
            }
            let status = fixture.send(&format!("{method} {path}")).await.status;
            assert!(
                ![404, 405].contains(&status),
                "{method} {path} is described and answered {status}"
            );
        }
    }
}

/// The document with keys and environments that exist among those that may be named: made-up ones alone would only ever
/// be answered that there is no such environment.
fn narrowed_to(fixture: &ServiceFixture) -> Value {
    let mut document = openapi();
    let keys = json!([fixture.read_key.text, fixture.write_key.text, "nonsense"]);
    let properties = &mut document["components"]["schemas"]["VerifyRequest"]["properties"];
    properties["key"]["enum"] = keys;
    properties["environment"]["enum"] = json!([ENVIRONMENT_NAME, "Nowhere/x"]);
    document
}

#[tokio::test]
async fn the_document_is_valid_and_the_service_keeps_to_it() {
    let fixture = ServiceFixture::new().await;
    let folder = fixture.create_dir("openapi");
    let file = folder.join("openapi.json");
    std::fs::write(&file, openapi().to_string()).expect("a file");
    let narrowed = folder.join("narrowed.json");
    std::fs::write(&narrowed, narrowed_to(&fixture).to_string()).expect("a file");
    let address = fixture.address;
    let run = move || {
        let tools = tools();
        let valid = Command::new(tools.join("bin/openapi-spec-validator"))
            .arg(&file)
            .output()
            .expect("the validator");
        assert!(
            valid.status.success(),
            "the document is OpenAPI 3.1: {}{}",
            String::from_utf8_lossy(&valid.stdout),
            String::from_utf8_lossy(&valid.stderr)
        );
        Command::new(tools.join("bin/schemathesis"))
            .current_dir(&folder)
            .arg("run")
            .arg(&narrowed)
            .args(["--url", &format!("http://{address}")])
            .args([
                "--max-examples",
                "40",
                "--seed",
                "1",
                "--no-color",
                "--generation-database",
                "none",
            ])
            // An answer about a key depends on keys that no document lists; whether a made-up key is refused is
            // another test's affair.
            .args([
                "--exclude-checks",
                "positive_data_acceptance,ignored_auth,missing_required_header,unsupported_method",
            ])
            .output()
            .expect("schemathesis")
    };
    let output = tokio::task::spawn_blocking(run).await.expect("an end");
    assert!(
        output.status.success(),
        "schemathesis found a difference between document and service: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let metrics = fixture.send("GET /metrics").await.body;
    for code in ["accepted", "invalid_key"] {
        assert!(
            metrics.contains(&format!("{code}\"}} "))
                && !metrics.contains(&format!("{code}\"}} 0\n")),
            "a good key and a bad one were checked: {metrics}"
        );
    }
}
