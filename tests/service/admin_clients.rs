//! The admin API with clients for Python, Node.js, and Go, which OpenAPI Generator makes from the document that the
//! service serves. The programs in `admin_clients/` use them; a document that describes the API wrongly makes them fail.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystile_admin::AdminSettings;
use keystile_service::AdminTokens;
use serde_json::{Value, json};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture};
use crate::installed::{install_python_packages, installed, run};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("service/admin_clients")
}

fn path_text(path: &Path) -> String {
    path.to_str().expect("a path of text").to_owned()
}

/// Returns a program of OpenAPI Generator, or of Go.
fn tool(name: &str) -> Command {
    let lock = include_str!("admin_clients/tools.txt");
    let folder = installed("admin-client-tools", lock, |folder| {
        let requirements = path_text(&sources().join("tools.txt"));
        install_python_packages(
            folder,
            &["--require-hashes", "--requirement", &requirements],
        );
    });
    Command::new(folder.join("bin").join(name))
}

/// Generates a client into `folder`.
fn generate(generator: &str, document: &str, folder: &Path, options: &[&str]) {
    std::fs::create_dir_all(folder).expect("a folder");
    let input = folder.with_extension("json");
    std::fs::write(&input, document).expect("a file");
    run(tool("openapi-generator-cli")
        .args(["generate", "--generator-name", generator])
        .args(["--input-spec", &path_text(&input)])
        .args(["--output", &path_text(folder)])
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null()));
}

fn copy(name: &str, folder: &Path) {
    std::fs::copy(sources().join(name), folder.join(name)).expect("a copy");
}

fn python(document: &str) -> Command {
    let lock = include_str!("admin_clients/python.txt");
    let versions = [document, lock].concat();
    let folder = installed("admin-client-python", &versions, |folder| {
        let requirements = path_text(&sources().join("python.txt"));
        install_python_packages(
            folder,
            &["--require-hashes", "--requirement", &requirements],
        );
        generate("python", document, &folder.join("generated"), &[]);
    });
    let mut command = Command::new(folder.join("bin/python"));
    command.arg(sources().join("client.py"));
    command.env("PYTHONPATH", folder.join("generated"));
    command
}

fn node(document: &str) -> Command {
    let lock = include_str!("admin_clients/package-lock.json");
    let program = include_str!("admin_clients/client.ts");
    let versions = [document, lock, program].concat();
    let folder = installed("admin-client-node", &versions, |folder| {
        for name in [
            ".npmrc",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "client.ts",
        ] {
            copy(name, folder);
        }
        generate("typescript-fetch", document, &folder.join("generated"), &[]);
        run(Command::new("npm")
            .args(["ci", "--silent"])
            .current_dir(folder)
            .env("npm_config_update_notifier", "false"));
        // Checks the types of the generated client, and of the program that uses it.
        run(Command::new(folder.join("node_modules/.bin/tsc")).current_dir(folder));
    });
    let mut command = Command::new("node");
    command.arg(folder.join("compiled/client.js"));
    command
}

fn go(document: &str) -> Command {
    let program = include_str!("admin_clients/client.go");
    let versions = [document, program].concat();
    let folder = installed("admin-client-go", &versions, |folder| {
        for name in ["go.mod", "client.go"] {
            copy(name, folder);
        }
        let generated = folder.join("generated");
        generate(
            "go",
            document,
            &generated,
            &[
                "--additional-properties",
                "packageName=api,enumClassPrefix=true",
            ],
        );
        // It becomes a package of the program's module. Its tests need another module.
        for name in ["go.mod", "go.sum"] {
            std::fs::remove_file(generated.join(name)).expect("a generated file");
        }
        std::fs::remove_dir_all(generated.join("test")).expect("generated tests");
        run(tool("go")
            .args(["build", "-o", "client", "."])
            .current_dir(folder)
            .env("GOCACHE", folder.join("cache"))
            .env("GOFLAGS", "-mod=mod")
            // The client needs the standard library only.
            .env("GOPROXY", "off")
            .env("GOTOOLCHAIN", "local"));
    });
    Command::new(folder.join("client"))
}

async fn verify(fixture: &ServiceFixture, key: &Value) -> Value {
    let request = json!({"key": key, "environment": ENVIRONMENT_NAME, "permission": "write"});
    let head = "POST /v1/verify\r\nContent-Type: application/json";
    let head = format!("{head}\r\nAuthorization: Bearer {TOKEN}");
    let reply = fixture.send_with_body(&head, &request.to_string()).await;
    reply.json()["code"].clone()
}

async fn key_is_managed_by(client: fn(&str) -> Command) {
    let tokens = AdminTokens::parse(TOKEN).expect("a token");
    let fixture = ServiceFixture::with_admin_api(AdminSettings::new(tokens)).await;
    let document = fixture.send("GET /openapi.json").await.body;
    let input = json!({
        "url": format!("http://{}", fixture.address),
        "token": TOKEN,
        "environment": fixture.environment.as_str(),
    });
    let output = tokio::task::spawn_blocking(move || {
        let mut child = client(&document)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a client");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input.to_string().as_bytes()).expect("sent");
        drop(stdin);
        child.wait_with_output().expect("EOF")
    });
    let output = output.await.expect("no panic");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    let result: Value = serde_json::from_str(&text).expect("JSON");
    for (field, expected) in [
        ("environments", json!(2)),
        ("created", json!("pending")),
        ("is_same", json!(true)),
        ("confirmed", json!("active")),
        ("permissions", json!(["read", "write"])),
        ("owner", json!("Ada")),
        ("never_expires", json!(true)),
        ("listed", json!(1)),
        ("disabled", json!("disabled")),
        ("enabled", json!("active")),
        ("has_two", json!(true)),
        ("has_one", json!(true)),
        ("discarded", json!("discarded")),
        ("revoked", json!(["revoked", "superseded"])),
        ("problem", json!([404, "not_found"])),
    ] {
        assert_eq!(result[field], expected, "{field}: {text}");
    }
    let expires_at = result["expires_at"].as_str().expect("a time");
    assert!(
        expires_at.starts_with("2099-01-31T00:00:00"),
        "{expires_at}"
    );
    assert_eq!(verify(&fixture, &result["old_secret"]).await, "rotated");
    assert_eq!(verify(&fixture, &result["api_key"]).await, "allowed");
}

#[tokio::test]
async fn key_is_managed_by_the_generated_python_client() {
    key_is_managed_by(python).await;
}

#[tokio::test]
async fn key_is_managed_by_the_generated_typescript_client() {
    key_is_managed_by(node).await;
}

#[tokio::test]
async fn key_is_managed_by_the_generated_go_client() {
    key_is_managed_by(go).await;
}
